import { CATALOG } from "../catalog/index.ts";
import type { Catalog, CatalogEntry, ModelId } from "../catalog/index.ts";
import { mergeFieldErrors } from "./field-error.ts";
import type { FieldError, FieldErrorCode, FieldWarning, Refused } from "./field-error.ts";
import { checkInput, checkInputOfAnyModel, checkUncheckedInput } from "./check-input.ts";
import { checkUnknownFields, isRecord } from "./check-fields.ts";
import { INPUT_CHECKS } from "./request.ts";
import type { GenerationRequest, UncheckedRequest } from "./request.ts";
import { describeGiven, describeType, orList } from "./wording.ts";

/** The longest model id that is let through unchecked, characters. */
export const MAX_MODEL_CHARACTERS = 128;

/** What the upstream's own page suggests at most, characters [seen]; the API's limit is not known [?]. */
const LONG_PROMPT_CHARACTERS = 1000;

const REQUEST_FIELDS = ["model", "input"] as const;

/** How requests are checked. */
export interface ValidateOptions {
  /**
   * Whose status counts.
   * @defaultValue {@link CATALOG}
   */
  readonly catalog?: Catalog;
  /**
   * Whether a model that the catalog does not know is let through, its input unchecked but for
   * being an object that JSON can hold.
   * @defaultValue false
   */
  readonly allowUnknownModels?: boolean;
}

/** The request may be stored. */
export interface AcceptedRequest<Request extends UncheckedRequest = GenerationRequest> {
  readonly ok: true;
  /** The very value that was given: no default added, nothing coerced, no key moved. */
  readonly request: Request;
  readonly warnings: readonly FieldWarning[];
}

/**
 * Checks a request against the catalog and names every wrong field at once. Never throws, never
 * changes `value`.
 *
 * @param value - anything, such as a parsed body or an argument from untyped code
 */
export function validateRequest(
  value: unknown,
  options?: ValidateOptions & { readonly allowUnknownModels?: false },
): AcceptedRequest | Refused;
export function validateRequest(
  value: unknown,
  options?: ValidateOptions,
): AcceptedRequest<GenerationRequest | UncheckedRequest> | Refused;
export function validateRequest(
  value: unknown,
  options: ValidateOptions = {},
): AcceptedRequest<UncheckedRequest> | Refused {
  if (!isRecord(value)) return { ok: false, errors: [notAnObject(value)] };
  const errors = mergeFieldErrors(
    checkModelAndInput(value, options),
    checkUnknownFields(value, REQUEST_FIELDS),
  );
  if (errors.length > 0) return { ok: false, errors };
  const request = value as unknown as UncheckedRequest;
  return { ok: true, request, warnings: requestWarnings(request, options) };
}

/** The refusal of a whole that is not even an object. */
export function notAnObject(value: unknown): FieldError {
  const message = `must be an object with model and input, got ${describeType(value)}`;
  return { pointer: "", code: "invalid_type", message };
}

/** Checks `model` and `input` of an object and leaves its other fields alone. */
export function checkModelAndInput(
  value: Readonly<Record<string, unknown>>,
  { catalog = CATALOG, allowUnknownModels = false }: ValidateOptions,
): readonly FieldError[] {
  const model = Object.hasOwn(value, "model") ? value["model"] : undefined;
  const input = Object.hasOwn(value, "input") ? value["input"] : undefined;
  if (typeof model !== "string") return [wrongModelType(model), ...checkInputOfAnyModel(input)];
  const entry = catalog.get(model);
  if (entry !== undefined && hasPayload(model))
    return [...checkStatus(entry), ...checkInput(model, input)];
  if (!allowUnknownModels) return [unknownModel(model, catalog), ...checkInputOfAnyModel(input)];
  return [...checkUncheckedModel(model), ...checkUncheckedInput(input)];
}

/** What is worth knowing of a request that passed. */
export function requestWarnings(
  { model, input }: UncheckedRequest,
  { catalog = CATALOG }: ValidateOptions,
): readonly FieldWarning[] {
  if (!catalog.has(model) || !hasPayload(model)) {
    const message = "the catalog does not know the model: sent unchecked and without a price";
    return [{ pointer: "/model", code: "unchecked_model", message }];
  }
  const prompt = input["prompt"];
  if (typeof prompt !== "string" || prompt.length <= LONG_PROMPT_CHARACTERS) return [];
  const message = `has ${prompt.length} characters; the upstream's own page suggests at most ${LONG_PROMPT_CHARACTERS}`;
  return [{ pointer: "/input/prompt", code: "long_prompt", message }];
}

function hasPayload(model: string): model is ModelId {
  return Object.hasOwn(INPUT_CHECKS, model);
}

function wrongModelType(model: unknown): FieldError {
  if (model === undefined) return modelError("required", "is required: a model id");
  return modelError("invalid_type", `must be a string, got ${describeType(model)}`);
}

function unknownModel(model: string, catalog: Catalog): FieldError {
  const known = [...catalog.values()]
    .filter(({ id, status }) => status === "active" && hasPayload(id))
    .map(({ id }) => id);
  return modelError("unknown_model", `must be ${orList(known)}, got ${describeGiven(model)}`);
}

function checkStatus(entry: CatalogEntry): readonly FieldError[] {
  if (entry.status === "active") return [];
  const because = entry.reason === undefined ? "" : `: ${entry.reason}`;
  const instead = entry.successor === undefined ? "" : `; use ${entry.successor}`;
  const code = entry.status === "paused" ? "model_paused" : "model_retired";
  return [modelError(code, `${entry.id} is ${entry.status}${because}${instead}`)];
}

function checkUncheckedModel(model: string): readonly FieldError[] {
  if (model === "") return [modelError("invalid_value", "must not be empty")];
  if (model.length <= MAX_MODEL_CHARACTERS) return [];
  const message = `must have at most ${MAX_MODEL_CHARACTERS} characters, got ${model.length}`;
  return [modelError("too_long", message)];
}

function modelError(code: FieldErrorCode, message: string): FieldError {
  return { pointer: "/model", code, message };
}
