import { z } from "zod";

import { checkAgainst, checkUnknownFields, isRecord } from "./check-fields.ts";
import { type FieldError, mergeFieldErrors, type Refused } from "./field-error.ts";
import { notAnObject } from "./validate-request.ts";

/** The longest reason, characters. */
export const MAX_REASON_CHARACTERS = 500;

/** How many held generations one call about a whole lane decides on. */
export const LANE_DECISION_LIMITS = { min: 1, max: 1_000, default: 100 };

/** What a person decides about a held generation (T14). */
export type Decision =
  | {
      readonly action: "attach";
      readonly taskId: string;
      /** The unresolved attempt that made the task; null when nobody knows. */
      readonly attempt: number | null;
      readonly reason: string;
    }
  | LaneDecision;

/** What a person decides about all that a lane holds. */
export interface LaneDecision {
  readonly action: "resubmit" | "abandon";
  readonly reason: string;
}

const reason = z
  .string()
  .max(MAX_REASON_CHARACTERS)
  .regex(/\S/, { error: "must say why" })
  .meta({ description: "Why; kept with the generation and told by its explanation." });

/** The body of `POST /v1/generations/{id}/resolve`; {@link validateDecision} is what decides. */
export const decisionBodySchema = z
  .strictObject({
    action: z.enum(["attach", "resubmit", "abandon"]),
    task_id: z
      .string()
      // The upstream's are opaque [doc]: only what a path cannot name is refused.
      .regex(/^(?!\.{1,2}$)\S{1,256}$/, { error: "must be 1 to 256 characters without a space" })
      .refine((id) => !/[\p{Cc}\p{Cs}]/u.test(id), { error: "must be text that can be seen" })
      .optional()
      .meta({ description: "With attach, and there alone: the task that is followed." }),
    attempt: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "With attach: the unresolved attempt that made the task, if known." }),
    reason,
  })
  .meta({ id: "Decision" });

/** The body of `POST /v1/lanes/{lane}/resolve`. */
export const laneDecisionBodySchema = z
  .strictObject({
    action: z.enum(["resubmit", "abandon"]),
    reason,
    limit: z
      .int()
      .min(LANE_DECISION_LIMITS.min)
      .max(LANE_DECISION_LIMITS.max)
      .optional()
      .meta({ description: "How many at most; the longest held come first." }),
  })
  .meta({ id: "LaneDecision" });

/** Checks the body of a decision and names every wrong field. Never throws. */
export function validateDecision(
  body: unknown,
): { readonly ok: true; readonly decision: Decision } | Refused {
  const errors = [...bodyErrors(decisionBodySchema, body)];
  if (isRecord(body)) errors.push(...misplaced(body));
  if (errors.length > 0) return { ok: false, errors: mergeFieldErrors(errors) };
  const given = body as DecisionBody;
  if (given.action !== "attach") return { ok: true, decision: given };
  const { action, task_id: taskId, attempt = null, reason: why } = given;
  return { ok: true, decision: { action, taskId, attempt, reason: why } };
}

/** The same for a whole lane. */
export function validateLaneDecision(
  body: unknown,
): { readonly ok: true; readonly decision: LaneDecision; readonly limit: number } | Refused {
  const errors = bodyErrors(laneDecisionBodySchema, body);
  if (errors.length > 0) return { ok: false, errors };
  const { limit = LANE_DECISION_LIMITS.default, ...decision } = body as LaneDecision & {
    readonly limit?: number;
  };
  return { ok: true, decision, limit };
}

/** A body that nothing is said against. */
type DecisionBody =
  | {
      readonly action: "attach";
      readonly task_id: string;
      readonly attempt?: number;
      readonly reason: string;
    }
  | (LaneDecision & { readonly task_id?: never; readonly attempt?: never });

function bodyErrors(schema: z.ZodObject, body: unknown): readonly FieldError[] {
  if (!isRecord(body)) return [notAnObject(body)];
  // Unknown fields are told with the ones that are known.
  return mergeFieldErrors(
    checkUnknownFields(body, Object.keys(schema.shape)),
    checkAgainst(schema, body, []),
  );
}

/** What belongs to attach alone. */
function misplaced(body: Readonly<Record<string, unknown>>): FieldError[] {
  if (body["action"] === "attach") {
    const message = "is required: the task that is followed";
    return Object.hasOwn(body, "task_id")
      ? []
      : [{ pointer: "/task_id", code: "required", message }];
  }
  return ["task_id", "attempt"]
    .filter((name) => Object.hasOwn(body, name))
    .map((name) => ({
      pointer: `/${name}`,
      code: "not_supported",
      message: "goes with the action attach alone",
    }));
}
