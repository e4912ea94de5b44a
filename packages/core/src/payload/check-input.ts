import { CATALOG, VEO_3_1_FAST } from "../catalog/index.ts";
import type { ModelId } from "../catalog/index.ts";
import { checkAgainst, isRecord } from "./check-fields.ts";
import { mergeFieldErrors } from "./field-error.ts";
import type { FieldError } from "./field-error.ts";
import { jsonPointer } from "./json-pointer.ts";
import { jsonProblem } from "./plain-json.ts";
import { INPUT_CHECKS } from "./request.ts";
import { describeType } from "./wording.ts";

/**
 * An input of an unknown model: as large as a whole body of the gateway may be, and no deeper than
 * recursion over it (canonical JSON) can bear.
 */
const UNCHECKED_LIMITS = { maxBytes: 262_144, maxDepth: 32 };

/** @returns everything that is wrong with an input for `model`. */
export function checkInput(model: ModelId, input: unknown): readonly FieldError[] {
  const [all, ...more] = INPUT_CHECKS[model](input);
  const errors = checkAgainst(all, input, ["input"]);
  if (errors.length === 0) return errors;
  return mergeFieldErrors(errors, ...more.map((schema) => checkAgainst(schema, input, ["input"])));
}

/**
 * For a request whose model is missing or unknown: what is wrong whichever model was meant, in the
 * words of the one that is asked for most.
 */
export function checkInputOfAnyModel(input: unknown): readonly FieldError[] {
  const refusals = [...CATALOG.keys()].map(
    (id) => new Set(checkInput(id as ModelId, input).map(({ pointer }) => pointer)),
  );
  return checkInput(VEO_3_1_FAST.id, input).filter(({ pointer }) =>
    refusals.every((refused) => selfAndAncestors(pointer).some((at) => refused.has(at))),
  );
}

/** A field refused as a whole is refused with all that is in it. */
function selfAndAncestors(pointer: string): readonly string[] {
  const segments = pointer.split("/");
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}

/** @returns what keeps the input of an unknown model from being stored and sent. */
export function checkUncheckedInput(input: unknown): readonly FieldError[] {
  if (input === undefined)
    return [{ pointer: "/input", code: "required", message: "is required: an object" }];
  if (!isRecord(input)) {
    const message = `must be an object, got ${describeType(input)}`;
    return [{ pointer: "/input", code: "invalid_type", message }];
  }
  const problem = jsonProblem(input, UNCHECKED_LIMITS);
  if (problem === null) return [];
  const { path, code, message } = problem;
  return [{ pointer: jsonPointer(["input", ...path]), code, message }];
}
