import type { FieldErrorCode } from "./field-error.ts";

/** How large and how deep a free-form value may be. */
export interface JsonLimits {
  /** UTF-8 bytes of its serialised form. */
  readonly maxBytes: number;
  /** Objects and arrays within one another, the value itself included. */
  readonly maxDepth: number;
}

/** What keeps a value from being stored as JSON, and where. */
export interface JsonProblem {
  readonly path: readonly PropertyKey[];
  readonly code: Extract<
    FieldErrorCode,
    "invalid_type" | "invalid_value" | "too_deep" | "too_large"
  >;
  readonly message: string;
}

/**
 * Checks that a free-form value can be serialised, kept and read back. The walk is bounded by both
 * limits, so a cycle ends it as well. An `undefined` member of an object is allowed: serialising
 * drops it.
 *
 * @returns the first problem, or null.
 */
export function jsonProblem(value: unknown, limits: JsonLimits): JsonProblem | null {
  const walk = { ...limits, nodesLeft: limits.maxBytes };
  const problem = problemWithin(value, [], walk);
  if (problem !== null) return problem;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > limits.maxBytes ? tooLarge(limits) : null;
}

interface Walk extends JsonLimits {
  /** A node takes at least one byte, so there cannot be more of them than bytes. */
  nodesLeft: number;
}

function problemWithin(value: unknown, path: readonly string[], walk: Walk): JsonProblem | null {
  walk.nodesLeft -= 1;
  if (walk.nodesLeft < 0) return tooLarge(walk);
  if (typeof value === "string" || typeof value === "boolean" || value === null) return null;
  if (typeof value === "number")
    return Number.isFinite(value) ? null : notJson(path, "a number that is not finite");
  if (typeof value !== "object") return notJson(path, `a value of type ${typeof value}`);
  if (!isPlain(value)) return notJson(path, "an object of a class");
  if (path.length >= walk.maxDepth)
    return { path: [], code: "too_deep", message: `must not nest deeper than ${walk.maxDepth}` };
  return problemAmong(value, path, walk);
}

function problemAmong(value: object, path: readonly string[], walk: Walk): JsonProblem | null {
  for (const [key, member] of Object.entries(value)) {
    // An own key of this name comes only from a parser; copied by assignment it changes a prototype.
    if (key === "__proto__")
      return { path: [...path, key], code: "invalid_value", message: "must not be used as a key" };
    if (member === undefined && !Array.isArray(value)) continue;
    const problem = problemWithin(member, [...path, key], walk);
    if (problem !== null) return problem;
  }
  return null;
}

/** By tag and not by prototype, so that objects of another realm pass. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  if (Object.prototype.toString.call(value) !== "[object Object]") return false;
  return typeof Reflect.get(value, "toJSON") !== "function";
}

function notJson(path: readonly string[], what: string): JsonProblem {
  return { path, code: "invalid_type", message: `must be JSON; ${what} is not` };
}

function tooLarge({ maxBytes }: JsonLimits): JsonProblem {
  return { path: [], code: "too_large", message: `must take at most ${maxBytes} bytes as JSON` };
}
