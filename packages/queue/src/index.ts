export type { Claim, DueLoop, DueLoopOptions } from "./due-loop.ts";
export { startDueLoop } from "./due-loop.ts";
export type {
  SubmitConsumer,
  SubmitConsumerOptions,
  SubmitConsumerSettings,
} from "./submit-consumer.ts";
export { DEFAULT_SUBMIT_CONSUMER, startSubmitConsumer } from "./submit-consumer.ts";
export type { SubmitHint } from "./submit-job.ts";
export type { QueueConnection, SubmitQueue } from "./submit-queue.ts";
export { openSubmitQueue } from "./submit-queue.ts";
