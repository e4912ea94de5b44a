export type { AppProcess, RunAppOptions, RunningApp } from "./run-app.ts";
export { runApp } from "./run-app.ts";
export type { StopSteps } from "./stop-steps.ts";
export { createStopSteps } from "./stop-steps.ts";
export type { ProcessContext, WorkerContext } from "./process-context.ts";
export { createProcessContext, createWorkerContext } from "./process-context.ts";
export type { WorkerProcessOptions } from "./worker-process.ts";
export { startWorkerProcess } from "./worker-process.ts";
export { unlessAway } from "./unless-away.ts";
