import type { FieldError, Status } from "@apidot-queue/core";

/** Every error of the producer has one of these codes. */
export type ProducerErrorCode =
  | "invalid_request"
  | "idempotency_conflict"
  | "idempotency_key_busy"
  | "not_stored"
  | "storage_unknown"
  | "unavailable"
  | "unknown_generation"
  | "not_held"
  | "task_taken"
  | "not_retryable"
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

/**
 * The first request with this idempotency key is still being stored, or its process died while it was.
 * Safe to try again: after 6 s at the latest the key makes its generation, whoever sends it.
 */
export class IdempotencyKeyBusyError extends ProducerError {
  override readonly code = "idempotency_key_busy";
  /** The generation that the key makes; it may not be stored yet. */
  readonly generationId: string;

  constructor(generationId: string) {
    super("idempotency_key_busy", `the key's first request is being stored as ${generationId}`);
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

/** Only a held generation waits for a decision; nothing was changed. */
export class NotHeldError extends ProducerError {
  override readonly code = "not_held";
  readonly generationId: string;
  readonly status: Status;

  constructor(generationId: string, status: Status) {
    super("not_held", `${generationId} is ${status}, not held: there is nothing to decide`);
    this.generationId = generationId;
    this.status = status;
  }
}

/** A task belongs to one generation, and this one to another; nothing was changed. */
export class TaskTakenError extends ProducerError {
  override readonly code = "task_taken";

  constructor(generationId: string) {
    super("task_taken", `the task is another generation's, so ${generationId} cannot have it`);
  }
}

/** What to do instead of a retry. */
const INSTEAD: Readonly<Record<Exclude<Status, "failed" | "canceled">, string>> = {
  queued: "it goes on; cancel it first if you want it anew",
  submitting: "it goes on; wait for its end, or cancel it first",
  unconfirmed: "it goes on; wait for its end, or cancel it first",
  running: "it goes on; wait for its end, or cancel it first",
  held: "a person must decide; resolve it with resubmit to send it again",
  succeeded: "its video is there; enqueue the request to make another one",
};

/** Only what failed or was canceled is retried; nothing was stored. */
export class NotRetryableError extends ProducerError {
  override readonly code = "not_retryable";
  readonly generationId: string;
  readonly status: Status;
  /** What to do instead, without a full stop. */
  readonly advice: string;

  constructor(generationId: string, status: Exclude<Status, "failed" | "canceled">) {
    super("not_retryable", `${generationId} is ${status}: ${INSTEAD[status]}`);
    this.generationId = generationId;
    this.status = status;
    this.advice = INSTEAD[status];
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
