import { checkHistogram } from "./prometheus-histogram.ts";

/** One line of numbers. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/gy;
const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)$|^NaN$/i;
const TYPES = ["counter", "gauge", "histogram", "summary"];

/**
 * Reads the text format of Prometheus, strictly: every metric has its help and its type once, before
 * its samples, which stand together; no series comes twice; every histogram adds up.
 *
 * @throws {Error} naming the line that is none of the format
 */
export function parsePrometheusText(text: string): Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const helps = new Set<string>();
  const types = new Map<string, string>();
  const seen = new Set<string>();
  const families = new Map<string, Sample[]>();
  let lastFamily = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const comment = COMMENT.exec(line);
    if (comment !== null) {
      const [, kind, name = "", rest = ""] = comment;
      if (families.has(name)) throw notOfFormat(line);
      if (kind === "HELP") {
        if (helps.has(name)) throw notOfFormat(line);
        helps.add(name);
      } else {
        if (!TYPES.includes(rest) || types.has(name)) throw notOfFormat(line);
        types.set(name, rest);
      }
      continue;
    }
    const sample = readSample(line);
    const series = seriesOf(sample);
    const family = familyOf(sample.name, types);
    if (seen.has(series) || family === null || !helps.has(family)) throw notOfFormat(line);
    // The samples of a family are one group.
    if (family !== lastFamily && families.has(family)) throw notOfFormat(line);
    seen.add(series);
    families.set(family, [...(families.get(family) ?? []), sample]);
    lastFamily = family;
  }
  for (const [family, samples] of families) {
    if (types.get(family) === "histogram") checkHistogram(family, samples);
  }
  return [...families.values()].flat();
}

function readSample(line: string): Sample {
  const [, name = "", labelText = "", number = ""] = SAMPLE.exec(line) ?? [];
  if (name === "" || !NUMBER.test(number)) throw notOfFormat(line);
  const labels: Record<string, string> = {};
  let end = 0;
  for (const [whole, label = "", value = ""] of labelText.matchAll(LABEL)) {
    if (label in labels) throw notOfFormat(line);
    labels[label] = value;
    end += whole.length;
  }
  if (end !== labelText.length) throw notOfFormat(line);
  return { name, labels, value: Number(number.replace(/inf/i, "Infinity")) };
}

/** The name and the labels of a sample, whatever their order was. */
function seriesOf({ name, labels }: Sample): string {
  const names = Object.keys(labels).toSorted((a, b) => a.localeCompare(b));
  return JSON.stringify([name, ...names.map((label) => [label, labels[label]])]);
}

/** A histogram and a summary have samples under names of their own. */
function familyOf(name: string, types: ReadonlyMap<string, string>): string | null {
  if (types.has(name)) return name;
  const family = name.replace(/_(?:bucket|sum|count)$/, "");
  return ["histogram", "summary"].includes(types.get(family) ?? "") ? family : null;
}

function notOfFormat(line: string): Error {
  return new Error(`not of the Prometheus text format: ${line}`);
}

/** The sum over all samples of a metric that have these labels. */
export function total(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const isMeant = (sample: Sample): boolean =>
    sample.name === name &&
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  return samples.filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}
