export { isOfModelAlone, MAX_IDEMPOTENCY_KEY_CHARACTERS } from "./check-item.ts";
export type { RedisOption } from "./connections.ts";
export type { GenerationRecord } from "./generation-record.ts";
export type { LaneResumed } from "./lane-desk.ts";
export type { LaneRecord } from "./lane-record.ts";
export type { GenerationPage, ListFilters, ListOptions } from "./list.ts";
export { LIST_LIMITS } from "./list.ts";
export { readListCursor } from "./list-cursor.ts";
export type { GenerationState, LaneNews } from "./follow.ts";
export type { ProducerOptions } from "./new-generation.ts";
export type { CreateProducerOptions } from "./create-producer.ts";
export type {
  EnqueueItem,
  FollowLaneOptions,
  LaneStream,
  LaneChoice,
  Producer,
  TenantView,
} from "./producer.ts";
export { createProducer } from "./create-producer.ts";
export type { ProducerErrorCode } from "./producer-error.ts";
export {
  IdempotencyConflictError,
  IdempotencyKeyBusyError,
  InvalidRequestError,
  NotHeldError,
  NotRetryableError,
  NotStoredError,
  ProducerError,
  StorageUnknownError,
  TaskTakenError,
  UnavailableError,
  UnknownGenerationError,
  WaitTimeoutError,
} from "./producer-error.ts";
export type { LaneResolved, Resolved } from "./resolve.ts";
export type { RetryOptions } from "./retry.ts";
export type { WaitOptions } from "./wait.ts";
export { wireRecord } from "./wire-record.ts";
export type { WireRecord } from "./wire-record.ts";
export { wireTask, wireTime } from "./wire-task.ts";
export type { WireTask } from "./wire-task.ts";
export { toRecord } from "./generation-record.ts";
