import { ERROR_CODES, LANE_NAME, STATUSES } from "@apidot-queue/core";
import { z } from "zod";

const time = z.iso.datetime().meta({ description: "UTC, with milliseconds." });
const timeOrNull = time.nullable();

/** The upstream's task. */
const taskSchema = z.object({
  id: z.string(),
  status: z.enum(["not_started", "running", "finished", "failed"]),
  progress: z.number().min(0).max(100).nullable(),
});

const fileSchema = z.object({
  url: z.string(),
  type: z.string().meta({ description: "As the upstream says: video, image or audio." }),
});

/** Why a generation failed or is held. */
const errorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [keyof typeof ERROR_CODES]),
  message: z.string(),
  retryable: z.boolean().meta({ description: "Whether the same request may succeed later." }),
});

/** Credits by the catalog of a day: an estimate, never the bill. */
export const creditsSchema = z
  .object({
    estimated: z.number().nullable().meta({ description: "Null for a model without a price." }),
    catalog_date: z.iso.date().nullable(),
  })
  .meta({ id: "Credits" });

/** A generation on the wire. New members may join; none goes. */
export const recordSchema = z
  .object({
    id: z.string().meta({ description: "The lane, an underscore and 26 characters." }),
    lane: z.string().regex(LANE_NAME),
    status: z.enum(STATUSES),
    model: z.string(),
    input: z.record(z.string(), z.unknown()).meta({ description: "As given." }),
    user_id: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    priority: z.enum(["high", "normal", "low"]),
    created_at: time,
    submitted_at: timeOrNull.meta({ description: "When the task id was stored." }),
    settled_at: timeOrNull,
    deadline_at: timeOrNull,
    attempts: z.int().min(0).meta({ description: "Submits that were begun, whatever came of it." }),
    settlement: z.int().min(1),
    cancel_requested_at: timeOrNull,
    retry_of: z.string().nullable().meta({ description: "The generation that this one retries." }),
    task: taskSchema.nullable(),
    extra_task_ids: z
      .array(z.string())
      .meta({ description: "Tasks beyond the first; each may have been paid." }),
    files: z.array(fileSchema),
    error: errorSchema.nullable(),
    credits: creditsSchema,
  })
  .meta({ id: "Generation" });

/** @see recordSchema */
export type RecordJson = z.infer<typeof recordSchema>;
