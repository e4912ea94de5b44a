import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";

import { PROCESS_METRICS } from "./metric-table.ts";
import type { MetricFacts } from "./metric-table.ts";

type Handle<M extends MetricFacts> = M["kind"] extends "histogram"
  ? Histogram<M["labels"][number]>
  : Counter<M["labels"][number]>;

/** A handle for each of {@link PROCESS_METRICS}; their labels are typed. */
export type Metrics = {
  readonly [K in keyof typeof PROCESS_METRICS]: Handle<(typeof PROCESS_METRICS)[K]>;
};

/**
 * The metrics of a process in `registry`. Called again for the same registry it returns the same
 * ones, so that several apps of one process count together.
 */
export function createMetrics(registry: Registry): Metrics {
  const entries = Object.entries<MetricFacts>(PROCESS_METRICS).map(([key, facts]) => [
    key,
    metricIn(registry, facts),
  ]);
  return Object.fromEntries(entries) as Metrics;
}

/** What a gateway counts, in a registry without the metrics of workers. */
export function createGatewayMetrics(registry: Registry): Pick<Metrics, "callbacks"> {
  const callbacks = metricIn(registry, PROCESS_METRICS.callbacks);
  return { callbacks: callbacks as Metrics["callbacks"] };
}

function metricIn(registry: Registry, facts: MetricFacts): unknown {
  return registry.getSingleMetric(facts.name) ?? create(facts, registry);
}

function create(facts: MetricFacts, registry: Registry): Counter | Histogram {
  const { name, help, labels, buckets = [] } = facts;
  const shared = { name, help, labelNames: [...labels], registers: [registry] };
  return facts.kind === "histogram"
    ? new Histogram({ ...shared, buckets: [...buckets] })
    : new Counter(shared);
}
