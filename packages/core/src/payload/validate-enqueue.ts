import { z } from "zod";

import { checkUnknownFields, isRecord } from "./check-fields.ts";
import { mergeFieldErrors } from "./field-error.ts";
import type { Refused } from "./field-error.ts";
import { checkWireOptions, optionsOfBody, wireOptionsSchema } from "./options.ts";
import type { EnqueueOptions } from "./options.ts";
import {
  happyHorseRequestSchema,
  seedance2FastRequestSchema,
  seedance2RequestSchema,
  sora2ProRequestSchema,
  sora2RequestSchema,
  veo31FastRequestSchema,
  veo31LiteRequestSchema,
  veo31QualityRequestSchema,
} from "./request.ts";
import type { GenerationRequest, UncheckedRequest } from "./request.ts";
import { checkModelAndInput, notAnObject, requestWarnings } from "./validate-request.ts";
import type { AcceptedRequest, ValidateOptions } from "./validate-request.ts";

const options = wireOptionsSchema.shape;

/**
 * The body of `POST /v1/generations`, for documents. {@link validateEnqueue} is what decides: it
 * knows the limits of metadata and the status of a model as well.
 */
export const enqueueBodySchema = z
  .discriminatedUnion("model", [
    veo31LiteRequestSchema.extend(options).meta({ id: "Veo31LiteEnqueueBody" }),
    veo31FastRequestSchema.extend(options).meta({ id: "Veo31FastEnqueueBody" }),
    veo31QualityRequestSchema.extend(options).meta({ id: "Veo31QualityEnqueueBody" }),
    seedance2RequestSchema.extend(options).meta({ id: "Seedance2EnqueueBody" }),
    seedance2FastRequestSchema.extend(options).meta({ id: "Seedance2FastEnqueueBody" }),
    happyHorseRequestSchema.extend(options).meta({ id: "HappyHorseEnqueueBody" }),
    sora2RequestSchema.extend(options).meta({ id: "Sora2EnqueueBody" }),
    sora2ProRequestSchema.extend(options).meta({ id: "Sora2ProEnqueueBody" }),
  ])
  .meta({ id: "EnqueueBody" });

const BODY_FIELDS = ["model", "input", ...Object.keys(options)];

/** The body may be enqueued. */
export interface AcceptedEnqueue<
  Request extends UncheckedRequest = GenerationRequest,
> extends AcceptedRequest<Request> {
  /** `{ model, input }`; the input is the very object of the body. */
  readonly request: Request;
  /** Without the absent ones. */
  readonly options: EnqueueOptions;
}

/**
 * Checks a whole body of `POST /v1/generations`, request and options, and names every wrong field
 * of both at once. Never throws, never changes `body`.
 */
export function validateEnqueue(
  body: unknown,
  how?: ValidateOptions & { readonly allowUnknownModels?: false },
): AcceptedEnqueue | Refused;
export function validateEnqueue(
  body: unknown,
  how?: ValidateOptions,
): AcceptedEnqueue<GenerationRequest | UncheckedRequest> | Refused;
export function validateEnqueue(
  body: unknown,
  how: ValidateOptions = {},
): AcceptedEnqueue<UncheckedRequest> | Refused {
  if (!isRecord(body)) return { ok: false, errors: [notAnObject(body)] };
  const errors = mergeFieldErrors(
    checkModelAndInput(body, how),
    checkWireOptions(body),
    checkUnknownFields(body, BODY_FIELDS),
  );
  if (errors.length > 0) return { ok: false, errors };
  const { model, input } = body as unknown as UncheckedRequest;
  const request = { model, input };
  return {
    ok: true,
    request,
    options: optionsOfBody(body),
    warnings: requestWarnings(request, how),
  };
}
