export { MAX_IDEMPOTENCY_KEY_CHARACTERS } from "./check-item.ts";
export type { RedisOption } from "./connections.ts";
export type { GenerationRecord } from "./generation-record.ts";
export type { GenerationPage, ListFilters, ListOptions } from "./list.ts";
export { LIST_LIMITS } from "./list.ts";
export { readListCursor } from "./list-cursor.ts";
export type { ProducerOptions } from "./new-generation.ts";
export type { CreateProducerOptions, EnqueueItem, Producer } from "./producer.ts";
export { createProducer } from "./producer.ts";
export type { ProducerErrorCode } from "./producer-error.ts";
export {
  IdempotencyConflictError,
  InvalidRequestError,
  NotStoredError,
  ProducerError,
  StorageUnknownError,
  UnavailableError,
  UnknownGenerationError,
  WaitTimeoutError,
} from "./producer-error.ts";
export type { WaitOptions } from "./wait.ts";
