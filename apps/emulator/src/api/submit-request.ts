import { webUrl } from "../models/field-rule.ts";
import type { ModelInput, ModelSpec } from "../models/model.ts";
import { MODELS } from "../models/models.ts";

/** A submit that may be accepted. */
export interface SubmitRequest {
  readonly model: ModelSpec;
  readonly input: ModelInput;
  readonly callbackUrl: string | undefined;
}

/** What became of reading a submit: a request, or the message of a 400. */
export type SubmitCheck =
  | { readonly ok: true; readonly request: SubmitRequest }
  | { readonly ok: false; readonly message: string };

const TOP_LEVEL = new Set(["model", "callback_url", "input"]);

/**
 * Checks a submit body against the contract and names the first thing that is wrong with it.
 * Fields that nobody documented are refused [?]: the real API may ignore them, but here a field
 * that leaks upstream by mistake has to show.
 */
export function checkSubmit(body: unknown): SubmitCheck {
  if (!isObject(body)) return refuse("the request body must be a JSON object");
  const unknownField = Object.keys(body).find((name) => !TOP_LEVEL.has(name));
  if (unknownField !== undefined) return refuse(`unknown field ${quote(unknownField)}`);

  const { model: modelId, callback_url: callbackUrl, input } = body;
  if (modelId === undefined) return refuse("model is required");
  const model = typeof modelId === "string" ? MODELS.get(modelId) : undefined;
  if (model === undefined) return refuse("unknown model");

  if (callbackUrl !== undefined) {
    const wrong = webUrl(callbackUrl, "callback_url");
    if (wrong !== undefined) return refuse(wrong);
  }
  if (input === undefined) return refuse("input is required");
  if (!isObject(input)) return refuse("input must be an object");

  const wrong = findWrongField(model, input) ?? model.findConflict(input);
  if (wrong !== undefined) return refuse(wrong);
  return {
    ok: true,
    request: {
      model,
      input,
      callbackUrl: typeof callbackUrl === "string" ? callbackUrl : undefined,
    },
  };
}

function findWrongField(model: ModelSpec, input: ModelInput): string | undefined {
  for (const [name, { rule, isRequired }] of Object.entries(model.fields)) {
    const value = input[name];
    if (value === undefined) {
      if (isRequired) return `input.${name} is required`;
    } else {
      const wrong = rule(value, `input.${name}`);
      if (wrong !== undefined) return wrong;
    }
  }
  const unknownField = Object.keys(input).find((name) => !Object.hasOwn(model.fields, name));
  return unknownField === undefined ? undefined : `unknown field ${quote(`input.${unknownField}`)}`;
}

function refuse(message: string): SubmitCheck {
  return { ok: false, message };
}

/** A name from outside, short enough for a message. */
function quote(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}

/** @returns whether a parsed JSON value is an object, not null and not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
