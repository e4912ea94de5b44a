import { TERMINAL_STATUSES } from "@apidot-queue/core";
import { z } from "zod";

/**
 * What the command line reads of a generation's record. A newer gateway may say more, and that is
 * passed on with `--json`; a status that is not known here counts as one that goes on.
 */
export const recordSchema = z.looseObject({
  id: z.string(),
  lane: z.string(),
  status: z.string(),
  model: z.string(),
  user_id: z.string().nullable(),
  created_at: z.string(),
  attempts: z.number(),
  cancel_requested_at: z.string().nullable(),
  task: z.looseObject({ id: z.string(), progress: z.number().nullable() }).nullable(),
  extra_task_ids: z.array(z.string()),
  files: z.array(z.looseObject({ url: z.string(), type: z.string() })),
  error: z
    .looseObject({ code: z.string(), message: z.string(), retryable: z.boolean() })
    .nullable(),
  credits: z.looseObject({
    estimated: z.number().nullable(),
    catalog_date: z.string().nullable(),
  }),
});

/** A generation as the gateway tells it; see docs/http.md. */
export type GenerationJson = z.infer<typeof recordSchema>;

/** One page of a list. */
export const pageSchema = z.looseObject({
  data: z.array(recordSchema),
  next_cursor: z.string().nullable(),
});

/** @see pageSchema */
export type PageJson = z.infer<typeof pageSchema>;

/** What a decision about a held generation came to. */
export const resolvedSchema = z.looseObject({
  generation: recordSchema,
  may_be_paid: z.number(),
  warning: z.string().nullable(),
});

/** What a decision about all that a lane holds came to. */
export const laneResolvedSchema = z.looseObject({
  resolved: z.number(),
  remaining: z.number(),
  may_be_paid: z.number(),
  warning: z.string().nullable(),
});

/** The part of an explanation that the command line decides by; the rest is passed on. */
export const explanationSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  money: z.looseObject({ may_be_paid: z.number() }),
});

/** @see resolvedSchema */
export type ResolvedJson = z.infer<typeof resolvedSchema>;
/** @see laneResolvedSchema */
export type LaneResolvedJson = z.infer<typeof laneResolvedSchema>;
/** @see explanationSchema */
export type ExplanationJson = z.infer<typeof explanationSchema>;

const TERMINAL: readonly string[] = TERMINAL_STATUSES;

/** @returns whether nothing moves it any more, or only a person can. */
export function isAtRest({ status }: GenerationJson): boolean {
  return status === "held" || TERMINAL.includes(status);
}
