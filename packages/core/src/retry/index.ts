export type { BackoffSettings } from "./backoff.ts";
export type { Disposition } from "./disposition.ts";
export { DONE } from "./disposition.ts";
export type { GraceSettings, SeenEnd } from "./grace.ts";
export { graceWithoutCallbackMs, isChannelSilent, learnedGraceMs } from "./grace.ts";
export { readRetryAfter } from "./retry-after.ts";
export type { RefusalHistory, SubmitDecision } from "./submit-decision.ts";
export { decideAfterSubmit } from "./submit-decision.ts";
