export type { SubmitRules } from "./submit-generation.ts";
export { submitRules } from "./submit-rules.ts";
export type { SubmitLane, SubmitWorkerOptions } from "./submit-worker.ts";
export { startSubmitWorker, submitDrainLimitMs } from "./submit-worker.ts";
export { callbackUrls } from "./callback-url.ts";
