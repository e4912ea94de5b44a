import type { z } from "zod";

import { MAX_FIELD_ERRORS } from "./field-error.ts";
import type { FieldError } from "./field-error.ts";
import { issuesToErrors, OWN_WORDS_ONLY } from "./issue-to-error.ts";
import { jsonPointer } from "./json-pointer.ts";
import { unknownFieldMessage } from "./wording.ts";

/** @returns whether `value` is an object that has fields: no array, not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns what `schema` has against `value`, which stands at the path `at`. */
export function checkAgainst(
  schema: z.ZodType,
  value: unknown,
  at: readonly string[],
): readonly FieldError[] {
  const result = schema.safeParse(value, OWN_WORDS_ONLY);
  return result.success ? [] : issuesToErrors(result.error.issues, value, at);
}

/** @returns an error for each own key that is not among `known`, `__proto__` included. */
export function checkUnknownFields(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
): readonly FieldError[] {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length === 0) return [];
  const message = unknownFieldMessage(known);
  return unknown
    .slice(0, MAX_FIELD_ERRORS)
    .map((key) => ({ pointer: jsonPointer([key]), code: "unknown_field", message }));
}
