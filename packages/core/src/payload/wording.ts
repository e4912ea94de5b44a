/** What may be repeated in a message: looks like one of our enum values, never like a prompt. */
const HARMLESS = /^[a-z0-9:._-]{1,20}$/;

/**
 * Names a value without giving it away: a number or an enum-like word as it is, anything else by
 * its type.
 */
export function describeGiven(value: unknown): string {
  if (typeof value === "string") return HARMLESS.test(value) ? `"${value}"` : "another string";
  if (typeof value === "number") return String(value);
  return describeType(value);
}

/** Names the JSON type of a value, with its article. */
export function describeType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (value === undefined) return "nothing";
  // JSON has such numbers, `1e999`, and nothing takes one.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Joins alternatives: `a`, `a or b`, `a, b or c`. */
export function orList(words: readonly string[]): string {
  return joined(words, "or");
}

/** Joins members: `a`, `a and b`, `a, b and c`. */
export function andList(words: readonly string[]): string {
  return joined(words, "and");
}

function joined(words: readonly string[], last: string): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.slice(-1).join("")}`;
}

/** The refusal of a field that nobody knows, with the ones that are known. */
export function unknownFieldMessage(known: readonly string[]): string {
  return `unknown field; the fields here are ${andList(known)}`;
}
