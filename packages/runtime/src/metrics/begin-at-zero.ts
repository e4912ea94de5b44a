import type { Counter } from "prom-client";

import type { Metrics } from "./create-metrics.ts";
import { PROCESS_METRICS } from "./metric-table.ts";
import type { MetricFacts, MetricLabel } from "./metric-table.ts";

/** The metrics that are counters. */
export type CounterKey = {
  [K in keyof typeof PROCESS_METRICS]: (typeof PROCESS_METRICS)[K]["kind"] extends "counter"
    ? K
    : never;
}[keyof typeof PROCESS_METRICS];

/**
 * Shows every series of some counters as 0 from the start: `increase` does not see the first event
 * of a series that appears with it, and the first lost answer is the one to hear of.
 *
 * @param given - values of the labels that have no closed set
 * @throws {TypeError} when a label has neither a closed set nor a given value
 */
export function beginAtZero<K extends CounterKey>(
  metrics: Pick<Metrics, K>,
  keys: readonly K[],
  given: Readonly<Partial<Record<MetricLabel, string>>> = {},
): void {
  for (const key of keys) {
    const counter = metrics[key] as Counter;
    for (const labels of combinations(PROCESS_METRICS[key], given)) counter.inc(labels, 0);
  }
}

/** Every combination of the values that the labels of a metric can have. */
export function combinations(
  { name, labels, values }: MetricFacts,
  given: Readonly<Partial<Record<MetricLabel, string>>>,
): readonly Readonly<Record<string, string>>[] {
  let all: readonly Readonly<Record<string, string>>[] = [{}];
  for (const label of labels) {
    const value = given[label];
    const options = value === undefined ? values?.[label] : [value];
    if (options === undefined) throw new TypeError(`the ${label} of ${name} has no closed set`);
    all = all.flatMap((one) => options.map((option) => ({ ...one, [label]: option })));
  }
  return all;
}
