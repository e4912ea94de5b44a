/**
 * Reading what somebody else wrote: each takes any value and gives null for what has another shape.
 * An odd field is never a reason to lose the rest of an answer that may stand for money.
 */

/** @returns the value as an object with named fields, or null; a list is none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** @returns the text without white space round it, or null when nothing is left. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value.trim() || null : null;
}

/** @returns the finite number, or null. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** @returns the list, empty when there is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
