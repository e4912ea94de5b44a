import type { z } from "zod";

import { MODES } from "../catalog/index.ts";
import { FIELD_ERROR_CODES, MAX_FIELD_ERRORS } from "./field-error.ts";
import type { FieldError, FieldErrorCode } from "./field-error.ts";
import { jsonPointer } from "./json-pointer.ts";
import { describeGiven, describeType, orList } from "./wording.ts";

type Issue = z.core.$ZodIssue;
type Finding = readonly [code: FieldErrorCode, message: string];

/**
 * The parse-time error map to use with {@link issuesToErrors}: an issue whose schema has no words of
 * its own keeps an empty message, and gets ours.
 */
export const OWN_WORDS_ONLY = { error: () => "" };

/**
 * Turns what zod found in `value` into field errors, one or more per issue. The words of a schema
 * win over the general ones.
 *
 * @param value - what was parsed; only types, counts, numbers and enum-like words of it are told
 * @param at - where `value` stands in the whole
 */
export function issuesToErrors(
  issues: readonly Issue[],
  value: unknown,
  at: readonly string[],
): FieldError[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    // The issue sits on the parent and names its keys together.
    if (issue.code === "unrecognized_keys")
      return issue.keys
        .slice(0, MAX_FIELD_ERRORS)
        .map((key) => fieldError([...path, key], ["unknown_field", issue.message]));
    const [code, words] = finding(issue, valueAt(value, issue.path));
    return [fieldError(path, [code, issue.message === "" ? words : issue.message])];
  });
}

function fieldError(path: readonly PropertyKey[], [code, message]: Finding): FieldError {
  return { pointer: jsonPointer(path), code, message };
}

function finding(issue: Exclude<Issue, { code: "unrecognized_keys" }>, given: unknown): Finding {
  switch (issue.code) {
    case "invalid_type":
      return ofWrongType(issue.expected, given);
    case "invalid_value":
      // `z.literal(undefined)` marks a field that this model or mode does not take.
      if (issue.values.every((value) => value === undefined))
        return ["not_supported", "is not taken here"];
      return ofWrongValue(issue.values, given);
    case "invalid_union":
      return ofWrongMode(given);
    case "too_small":
    case "too_big":
      return ofWrongSize(issue, given);
    case "custom":
      return [customCode(issue.params), "is not allowed"];
    case "invalid_format":
    case "invalid_key":
    case "invalid_element":
    case "not_multiple_of":
      break;
  }
  return ["invalid_value", "is not allowed"];
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "an array",
  int: "an integer",
  object: "an object",
  record: "an object",
};

function ofWrongType(expected: string, given: unknown): Finding {
  const wanted = TYPE_NAMES[expected] ?? `a ${expected}`;
  if (given === undefined) return ["required", `is required: ${wanted}`];
  // A number is told only where one belongs: elsewhere it may be a prompt's.
  const got = expected === "int" ? describeGiven(given) : describeType(given);
  return ["invalid_type", `must be ${wanted}, got ${got}`];
}

function ofWrongValue(values: readonly unknown[], given: unknown): Finding {
  const type = typeof values[0];
  const allowed = orList(values.map(String));
  if (given === undefined) return ["required", `is required: ${allowed}`];
  if (typeof given === type)
    return ["invalid_value", `must be ${allowed}, got ${describeGiven(given)}`];
  const wanted = values.length > 1 ? `one of the ${type}s ${allowed}` : `the ${type} ${allowed}`;
  return ["invalid_type", `must be ${wanted}, got ${describeType(given)}`];
}

function ofWrongMode(given: unknown): Finding {
  if (typeof given !== "string") return ["invalid_type", "must be the name of a mode"];
  // "text" is never written out: the mode follows from the field's absence.
  const isImageMode = MODES.some((mode) => mode === given && mode !== "text");
  return [isImageMode ? "not_supported" : "invalid_value", "is not a mode of this model"];
}

function ofWrongSize(
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
  given: unknown,
): Finding {
  const isSmall = issue.code === "too_small";
  const limit = isSmall ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (Array.isArray(given))
    return [isSmall ? "too_few" : "too_many", `takes ${limit} members, got ${given.length}`];
  if (typeof given === "string") {
    const words = `must have ${limit} characters, got ${given.length}`;
    return [isSmall ? "invalid_value" : "too_long", words];
  }
  return ["out_of_range", `must be ${limit}, got ${describeGiven(given)}`];
}

/** Our own refinements name their code in `params`. */
function customCode(params: Readonly<Record<string, unknown>> | undefined): FieldErrorCode {
  const code = params?.["code"];
  return typeof code === "string" && isFieldErrorCode(code) ? code : "invalid_value";
}

function isFieldErrorCode(code: string): code is FieldErrorCode {
  return Object.hasOwn(FIELD_ERROR_CODES, code);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const segment of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, segment)) return undefined;
    at = Reflect.get(at, segment);
  }
  return at;
}
