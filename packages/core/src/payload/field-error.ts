/**
 * Why a field is refused: a closed list. A code never changes its meaning; the message beside it
 * is for people and may.
 */
export const FIELD_ERROR_CODES = {
  required: "The field is missing.",
  invalid_type: "The value has the wrong JSON type.",
  invalid_value: "The type is right; the value is not among those allowed.",
  invalid_url: "Not an absolute http or https URL.",
  unknown_field: "No such field here.",
  not_supported: "The field or value exists, but not for this model or mode.",
  too_few: "The list is too short.",
  too_many: "The list or object has too many members.",
  too_long: "The text is too long.",
  too_large: "The value is too large once serialised.",
  too_deep: "The value is nested too deeply.",
  out_of_range: "The number is below or above its limits.",
  unknown_model: "The catalog does not know the model.",
  model_paused: "The model takes no requests for now.",
  model_retired: "The model takes no requests any more.",
} as const satisfies Record<string, string>;

/** One of the listed codes. */
export type FieldErrorCode = keyof typeof FIELD_ERROR_CODES;

/**
 * One wrong field. Neither part holds a prompt or a URL; the pointer of an unknown field holds the
 * name that was given.
 */
export interface FieldError {
  /** RFC 6901; the empty string is the whole value. */
  readonly pointer: string;
  readonly code: FieldErrorCode;
  /** For people; without the field's name, which the pointer has. */
  readonly message: string;
}

/**
 * What is allowed but worth knowing: a `long_prompt` has more characters than the upstream's own
 * web page suggests [seen]; an `unchecked_model` is sent as given and has no price.
 */
export interface FieldWarning {
  /** RFC 6901. */
  readonly pointer: string;
  readonly code: "long_prompt" | "unchecked_model";
  readonly message: string;
}

/** The request is refused, for all of these reasons. */
export interface Refused {
  readonly ok: false;
  /** At least one, at most {@link MAX_FIELD_ERRORS}; one per pointer. */
  readonly errors: readonly FieldError[];
}

/** More wrong fields than this are not listed: a hostile body must not grow a huge answer. */
export const MAX_FIELD_ERRORS = 100;

/**
 * Merges the findings of several passes: the first one for a pointer counts, so the most telling
 * pass comes first. Cut at {@link MAX_FIELD_ERRORS}.
 */
export function mergeFieldErrors(...passes: readonly (readonly FieldError[])[]): FieldError[] {
  const byPointer = new Map<string, FieldError>();
  for (const error of passes.flat()) {
    if (byPointer.size >= MAX_FIELD_ERRORS) break;
    if (!byPointer.has(error.pointer)) byPointer.set(error.pointer, error);
  }
  return [...byPointer.values()];
}

/** @returns all of `errors` in one line, such as `/input/prompt: is required; /user: unknown field`. */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  return errors
    .map(({ pointer, message }) => `${pointer === "" ? "request" : pointer}: ${message}`)
    .join("; ");
}
