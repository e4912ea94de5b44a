import { isRecord } from "@apidot-queue/core";
import { type GenerationRecord, isOfModelAlone } from "@apidot-queue/producer";

import type { Caller } from "../access/caller.ts";
import type { Parameters } from "../parameters.ts";
import type { RequestError } from "../request-error.ts";

/**
 * What an idempotency key has made of this body before, where nothing but its model is refused: a
 * catalog may have paused it since. Told that nothing is stored, a caller whose first answer was lost
 * would send something else, and both would be paid.
 */
export async function findRepeated(
  body: unknown,
  headers: Parameters,
  errors: readonly RequestError[],
  { producer }: Caller,
): Promise<GenerationRecord | null> {
  const idempotencyKey = headers.values["idempotency-key"];
  if (typeof idempotencyKey !== "string" || headers.errors.length > 0) return null;
  if (!isOfModelAlone(errors) || !isRecord(body)) return null;
  const { model, input } = body;
  if (typeof model !== "string" || !isRecord(input)) return null;
  return producer.findEnqueued({ model, input }, idempotencyKey);
}
