import { MAX_IDEMPOTENCY_KEY_CHARACTERS } from "@apidot-queue/producer";
import { z } from "zod";

/** @returns the header fields of a call that takes an idempotency key. */
export function idempotencyHeaders(description: string) {
  return z.strictObject({
    "idempotency-key": z
      .string()
      .min(1, { error: "must not be empty" })
      .max(MAX_IDEMPOTENCY_KEY_CHARACTERS)
      .optional()
      .meta({ description }),
  });
}
