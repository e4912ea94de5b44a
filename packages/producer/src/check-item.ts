import {
  type FieldError,
  validateOptions,
  type ValidateOptions,
  validateRequest,
} from "@apidot-queue/core";

import type { ValidEnqueue } from "./new-generation.ts";
import type { EnqueueItem } from "./producer.ts";

/** Longer keys are refused: they are meant to be random ids. */
export const MAX_IDEMPOTENCY_KEY_CHARACTERS = 255;

/** What requests are checked against. */
export type RequestRules = Required<ValidateOptions>;

/**
 * Checks one request with its options.
 *
 * @param at - pointer of the item within the call, empty for a single one
 * @returns the item, or everything that is wrong with it
 */
export function checkItem(
  { request, options = {} }: EnqueueItem,
  at: string,
  rules: RequestRules,
): ValidEnqueue | FieldError[] {
  const { idempotencyKey, notifyShape: _, ...rest } = options;
  const validRequest = validateRequest(request, rules);
  const validOptions = validateOptions(rest);
  const errors = [
    ...(validRequest.ok ? [] : validRequest.errors),
    ...(validOptions.ok ? [] : validOptions.errors),
    ...checkKey(idempotencyKey),
  ];
  return errors.length === 0
    ? { request, options }
    : errors.map((error) => ({ ...error, pointer: `${at}${error.pointer}` }));
}

/** Whether nothing but the model is refused: the catalog may have taken it when it was sent first. */
export function isOfModelAlone(errors: readonly Pick<FieldError, "pointer">[]): boolean {
  return errors.every(({ pointer }) => pointer === "/model");
}

/** @returns what is wrong with an idempotency key. */
export function checkKey(key: unknown): FieldError[] {
  if (key === undefined) return [];
  if (typeof key === "string" && key.length >= 1 && key.length <= MAX_IDEMPOTENCY_KEY_CHARACTERS)
    return [];
  const message = `must be a string of 1 to ${MAX_IDEMPOTENCY_KEY_CHARACTERS} characters`;
  return [{ pointer: "/idempotencyKey", code: "invalid_value", message }];
}
