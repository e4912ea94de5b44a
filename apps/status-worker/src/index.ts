export { statusRules } from "./status-rules.ts";
export type { StatusLane, StatusTiming, StatusWorkerOptions } from "./status-worker.ts";
export { startStatusWorker, STATUS_TIMEOUT_MS } from "./status-worker.ts";
