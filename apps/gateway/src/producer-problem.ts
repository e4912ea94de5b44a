import {
  IdempotencyConflictError,
  IdempotencyKeyBusyError,
  InvalidRequestError,
  NotHeldError,
  NotRetryableError,
  NotStoredError,
  StorageUnknownError,
  TaskTakenError,
  UnavailableError,
  UnknownGenerationError,
} from "@apidot-queue/producer";

import { problem } from "./problem.ts";

const TRY_AGAIN = "Try again with the same Idempotency-Key.";

/** @returns the answer for what the producer threw, or null for what nobody expected. */
export function producerProblem(error: unknown): Response | null {
  if (error instanceof InvalidRequestError) {
    return problem("invalid_request", { errors: error.errors });
  }
  if (error instanceof IdempotencyConflictError) {
    const headers = { location: `/v1/generations/${error.generationId}` };
    return problem("idempotency_key_reused", { headers });
  }
  if (error instanceof IdempotencyKeyBusyError) {
    const headers = { location: `/v1/generations/${error.generationId}` };
    return problem("idempotency_key_in_use", { detail: TRY_AGAIN, headers });
  }
  if (error instanceof NotHeldError) {
    return problem("not_held", { detail: `It is ${error.status}: there is nothing to decide.` });
  }
  if (error instanceof TaskTakenError) {
    return problem("task_taken", {
      detail: "A task belongs to one generation: look at its id again.",
    });
  }
  if (error instanceof NotRetryableError) {
    return problem("not_retryable", { detail: `It is ${error.status}: ${error.advice}.` });
  }
  if (error instanceof NotStoredError) return problem("not_stored", { detail: TRY_AGAIN });
  if (error instanceof StorageUnknownError) {
    const [id] = error.generationIds;
    if (id === undefined) {
      return problem("storage_unknown", { detail: `It may be stored. ${TRY_AGAIN}` });
    }
    const detail =
      "It may be stored: ask for Location first, or try again with the same Idempotency-Key.";
    return problem("storage_unknown", { detail, headers: { location: `/v1/generations/${id}` } });
  }
  if (error instanceof UnavailableError) return problem("unavailable");
  if (error instanceof UnknownGenerationError) return problem("not_found");
  return null;
}
