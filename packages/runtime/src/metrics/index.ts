export { Registry } from "prom-client";
export { beginAtZero } from "./begin-at-zero.ts";
export type { Metrics } from "./create-metrics.ts";
export { createGatewayMetrics, createMetrics } from "./create-metrics.ts";
export type { JournalCounter, JournalCounters } from "./journal-counters.ts";
export { collectFromJournal } from "./journal-counters.ts";
export type { BeginRefusal, CallbackOutcome, RescueKind } from "./label-values.ts";
export type { MetricFacts, MetricLabel } from "./metric-table.ts";
