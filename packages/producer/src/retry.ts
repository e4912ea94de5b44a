import { createHash } from "node:crypto";

import {
  canonicalJson,
  estimateCredits,
  newGenerationId,
  validateRequest,
} from "@apidot-queue/core";
import type { Retry, StoredGeneration } from "@apidot-queue/journal";

import type { RequestRules } from "./check-item.ts";
import { InvalidRequestError, NotRetryableError } from "./producer-error.ts";

/** How one retry is made. */
export interface RetryOptions {
  /** The same key for the same generation makes one retry, however often it is sent. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * T17: a new generation with the request and the options of one that failed or was canceled. The
 * price is that of today's catalog.
 *
 * @throws {NotRetryableError} @throws {InvalidRequestError} the catalog takes the request no more
 */
export function retryOf(
  { generation, request, options, deadlineMs }: StoredGeneration,
  rules: RequestRules,
): Retry {
  const { id, lane, priority, status } = generation;
  if (status !== "failed" && status !== "canceled") throw new NotRetryableError(id, status);
  const valid = validateRequest(request, rules);
  if (!valid.ok) throw new InvalidRequestError(valid.errors);
  return {
    id: newGenerationId(lane, Date.now()),
    model: request.model,
    input: request.input,
    priority,
    estimate: estimateCredits(request, rules.catalog),
    deadlineMs,
    options,
    retryOf: id,
  };
}

/** What makes two retries the same: the generation that they retry, and that they are retries. */
export function retryDigest(id: string): string {
  return createHash("sha256")
    .update(canonicalJson({ retry_of: id }))
    .digest("base64url");
}
