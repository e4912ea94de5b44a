import { z } from "zod";

import { checkAgainst, checkUnknownFields, isRecord } from "./check-fields.ts";
import { MAX_REASON_CHARACTERS } from "./decision.ts";
import { type FieldError, mergeFieldErrors, type Refused } from "./field-error.ts";
import { notAnObject } from "./validate-request.ts";

/** The body of `POST /v1/lanes/{lane}/halt`. */
export const haltBodySchema = z
  .strictObject({
    reason: z
      .string()
      .max(MAX_REASON_CHARACTERS)
      .regex(/\S/, { error: "must say why" })
      .meta({ description: "Why; shown with the lane until it is resumed." }),
  })
  .meta({ id: "Halt" });

/** The body of `POST /v1/lanes/{lane}/resume`. */
export const resumeBodySchema = z
  .strictObject({
    redrive: z.boolean().optional().meta({
      description: "Also queue again what failed for key or credits. Default: false.",
    }),
    cursor: z
      .string()
      .regex(/^\d{1,15}$/, { error: "must be the cursor of the answer before" })
      .optional()
      .meta({ description: "With redrive: goes on where the answer before left off." }),
  })
  .meta({ id: "Resume" });

/** What a person who resumes a lane asks for. */
export interface ResumeRequest {
  /** @defaultValue false */
  readonly redrive?: boolean | undefined;
  /** The `nextCursor` of the answer before; only with `redrive`. */
  readonly cursor?: string | undefined;
}

/** Checks the body of a halt and names every wrong field. Never throws. */
export function validateHalt(
  body: unknown,
): { readonly ok: true; readonly reason: string } | Refused {
  const errors = bodyErrors(haltBodySchema, body);
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, reason: (body as { readonly reason: string }).reason };
}

/** The same for a resume; without a body nothing is redriven. */
export function validateResume(
  body: unknown,
): { readonly ok: true; readonly request: ResumeRequest } | Refused {
  if (body === undefined) return { ok: true, request: {} };
  const errors = [...bodyErrors(resumeBodySchema, body)];
  if (isRecord(body) && Object.hasOwn(body, "cursor") && body["redrive"] !== true) {
    const message = "goes with redrive alone";
    errors.push({ pointer: "/cursor", code: "not_supported", message });
  }
  if (errors.length > 0) return { ok: false, errors: mergeFieldErrors(errors) };
  return { ok: true, request: body as ResumeRequest };
}

function bodyErrors(schema: z.ZodObject, body: unknown): readonly FieldError[] {
  if (!isRecord(body)) return [notAnObject(body)];
  return mergeFieldErrors(
    checkUnknownFields(body, Object.keys(schema.shape)),
    checkAgainst(schema, body, []),
  );
}
