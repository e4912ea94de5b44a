import type { FieldError } from "@apidot-queue/core";

/** Every error of the producer has one of these codes. */
export type ProducerErrorCode =
  | "invalid_request"
  | "idempotency_conflict"
  | "not_stored"
  | "storage_unknown"
  | "unavailable"
  | "unknown_generation"
  | "wait_timeout";

/** What all errors of the producer share. */
export abstract class ProducerError extends Error {
  /** Stable; for programs. */
  abstract readonly code: ProducerErrorCode;

  constructor(code: ProducerErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.name = new.target.name;
  }
}

/** The request is wrong. Nothing was stored. `errors` names every wrong field. */
export class InvalidRequestError extends ProducerError {
  override readonly code = "invalid_request";
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const list = errors.map((e) => `${e.pointer === "" ? "(body)" : e.pointer}: ${e.message}`);
    super("invalid_request", list.join("; "));
    this.errors = errors;
  }
}

/** The idempotency key was used before, for another request. Nothing was stored. */
export class IdempotencyConflictError extends ProducerError {
  override readonly code = "idempotency_conflict";
  /** The generation that holds the key. */
  readonly generationId: string;

  constructor(generationId: string) {
    super("idempotency_conflict", `the key belongs to another request, stored as ${generationId}`);
    this.generationId = generationId;
  }
}

/** Nothing was stored: Redis was not reached, or refused. Safe to try again. */
export class NotStoredError extends ProducerError {
  override readonly code = "not_stored";

  constructor(cause: Error) {
    super("not_stored", "the generation was not stored; try again", { cause });
  }
}

/**
 * Sent to Redis and not answered: the generations may be stored, all or some of them. Ask for each,
 * or try again with the same idempotency keys.
 */
export class StorageUnknownError extends ProducerError {
  override readonly code = "storage_unknown";
  /**
   * Every generation of the call, in its order; none where an idempotency key could not be asked for
   * its id.
   */
  readonly generationIds: readonly string[];

  constructor(generationIds: readonly string[], cause: Error) {
    const [first = "the generation", ...rest] = generationIds;
    const what = rest.length === 0 ? first : `${first} and ${rest.length} more`;
    super("storage_unknown", `whether ${what} was stored is not known`, { cause });
    this.generationIds = generationIds;
  }
}

/** Redis did not answer a question; nothing was changed. */
export class UnavailableError extends ProducerError {
  override readonly code = "unavailable";

  constructor(cause: Error) {
    super("unavailable", "Redis does not answer; try again", { cause });
  }
}

/** No generation has this id. */
export class UnknownGenerationError extends ProducerError {
  override readonly code = "unknown_generation";

  constructor(generationId: string) {
    super("unknown_generation", `no generation ${generationId}`);
  }
}

/** The wait ended before the generation did. The generation goes on; wait again or ask later. */
export class WaitTimeoutError extends ProducerError {
  override readonly code = "wait_timeout";
  readonly generationId: string;

  constructor(generationId: string, status: string) {
    super("wait_timeout", `${generationId} is still ${status}; nothing is lost, it goes on`);
    this.generationId = generationId;
  }
}
