import type { Sample } from "./prometheus-text.ts";

/**
 * Checks one histogram: for each set of labels the buckets rise with their upper ends, the last one
 * is `+Inf` and is the count, and there is a sum.
 *
 * @param name - of the family, without `_bucket`, `_sum` and `_count`
 * @throws {Error} saying what does not add up
 */
export function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const labels = Object.entries(sample.labels).filter(([label]) => label !== "le");
    const key = JSON.stringify(labels.toSorted(([a], [b]) => a.localeCompare(b)));
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [labels, group] of groups) {
    const problem = problemOf(name, group);
    if (problem !== null) throw new Error(`the histogram ${name} ${labels} ${problem}`);
  }
}

function problemOf(name: string, group: readonly Sample[]): string | null {
  const count = group.find((sample) => sample.name === `${name}_count`)?.value;
  const sum = group.find((sample) => sample.name === `${name}_sum`)?.value;
  if (count === undefined || sum === undefined) return "has no count or no sum";
  if (count === 0 && sum !== 0) return "has a sum of nothing";

  const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
  if (buckets.length + 2 !== group.length) return "has a sample that is none of its own";
  let lastEnd = Number.NEGATIVE_INFINITY;
  let lastValue = 0;
  for (const { labels, value } of buckets) {
    const end = labels["le"] === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels["le"]);
    if (!(end > lastEnd)) return `has its bucket ${labels["le"]} out of order`;
    if (!(value >= lastValue)) return `has fewer in its bucket ${labels["le"]} than before it`;
    lastEnd = end;
    lastValue = value;
  }
  if (lastEnd !== Number.POSITIVE_INFINITY) return "has no last bucket";
  return lastValue === count ? null : `has ${count} as count and ${lastValue} in its last bucket`;
}
