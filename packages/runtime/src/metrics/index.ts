export { Registry } from "prom-client";
export type { Metrics } from "./create-metrics.ts";
export { createMetrics } from "./create-metrics.ts";
export type { JournalCounter, JournalCounters } from "./journal-counters.ts";
export { collectFromJournal } from "./journal-counters.ts";
export type { MetricFacts, MetricLabel } from "./metric-table.ts";
export { JOURNAL_METRICS, JOURNAL_READ_FAILURES, PROCESS_METRICS } from "./metric-table.ts";
export { collectProcessMetrics } from "./process-defaults.ts";
