export type { Exchange } from "./exchange.ts";
export { readStatus } from "./read-status.ts";
export { readSubmit } from "./read-submit.ts";
export type { ResultFile, StatusOutcome } from "./status-outcome.ts";
export type { SubmitOutcome } from "./submit-outcome.ts";
export type { TaskStatus, UpstreamTask } from "./task.ts";
export { readTask } from "./task.ts";
