import type { AttemptRef } from "./generation.ts";

/** @returns whether both name the same attempt of the same holder. */
export function sameAttempt(a: AttemptRef, b: AttemptRef): boolean {
  return a.attempt === b.attempt && a.fence === b.fence;
}

/** @returns `attempts` without `gone`, or null when it was not among them. */
export function withoutAttempt(
  attempts: readonly AttemptRef[],
  gone: AttemptRef,
): readonly AttemptRef[] | null {
  const rest = attempts.filter((attempt) => !sameAttempt(attempt, gone));
  return rest.length === attempts.length ? null : rest;
}
