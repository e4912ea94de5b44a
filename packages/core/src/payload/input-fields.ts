import { z } from "zod";

import { httpUrlSchema } from "./http-url.ts";
import { unknownFieldMessage } from "./wording.ts";

/** What every model wants, but for the image mode of Happy Horse [doc]. */
export const prompt = z
  .string()
  .regex(/\S/, { error: "must hold at least one character that is not white space" });

/** A field that must not be there. As `z.undefined()` it would break the OpenAPI document. */
export const absent = (error: string) => z.literal(undefined, { error }).optional();

/** Words for a field that nobody knows. */
export const unknownField = (known: readonly string[]) => ({
  error: (issue: { readonly code: string }) =>
    issue.code === "unrecognized_keys" ? unknownFieldMessage(known) : undefined,
});

/** `min` to `max` URLs of `what`, both ends included; without `max` as many as a request holds. */
export function urls(what: string, min: number, max: number = Infinity) {
  const count = max === Infinity ? `at least ${min}` : min === max ? `${min}` : `${min} to ${max}`;
  const error = countedAgainst(`takes ${count} ${what}`);
  const list = z.array(httpUrlSchema).min(min, { error });
  return max === Infinity ? list : list.max(max, { error });
}

/** Words for a list that is too short or too long. */
export function countedAgainst(rule: string) {
  return ({ input }: { readonly input?: unknown }) => {
    const given: unknown = Object(input).length;
    return `${rule}, got ${String(given)}`;
  };
}

/** Whether an input has one of these fields, whatever is in it. */
export function hasAny(input: unknown, fields: readonly string[]): boolean {
  return (
    typeof input === "object" &&
    input !== null &&
    fields.some((name) => Object.hasOwn(input, name) && Reflect.get(input, name) !== undefined)
  );
}
