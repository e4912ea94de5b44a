import { ERROR_CODES, LANE_NAME, STATUSES } from "@apidot-queue/core";
import { z } from "zod";

const time = z.iso.datetime().meta({ description: "UTC, with milliseconds." });
const timeOrNull = time.nullable();

const stepSchema = z.object({
  at: time,
  rule: z.string().nullable().meta({
    description: "The rule of docs/lifecycle.md that moved it; null for what changed nothing.",
  }),
  event: z.string(),
  attempt: z.int().nullable(),
  from: z.enum(STATUSES).nullable(),
  to: z.enum(STATUSES),
  cause: z.string().meta({ description: "For people; it may change." }),
  reason: z.string().nullable().meta({ description: "What a person said who decided." }),
});

const submitSchema = z.object({
  attempt: z.int().min(1),
  begun_at: time,
  ended_at: timeOrNull.meta({ description: "When its outcome was recorded." }),
  duration_ms: z.number().min(0).nullable(),
  phase: z.enum(["open", "before_first_byte", "sent", "answered", "unknown"]),
  outcome: z.enum([
    "open",
    "not_sent",
    "refused",
    "accepted",
    "rejected",
    "denied",
    "answer_lost",
    "unanswered",
  ]),
  http_status: z.int().nullable(),
  detail: z.string().nullable().meta({ description: "A constant word for how it broke." }),
  task_id: z.string().nullable(),
  may_be_paid: z.boolean(),
});

const pollsSchema = z.object({
  open: z.int().min(0).meta({ description: 'Polls that said "not over".' }),
  failed_in_a_row: z.int().min(0),
  doubt: z
    .object({ kind: z.enum(["not_found", "rejected", "denied"]), count: z.int(), since: time })
    .nullable(),
  progress: z.number().min(0).max(100).nullable(),
  next_at: timeOrNull,
});

const moneySchema = z.object({
  estimated_credits: z.number().nullable().meta({ description: "Of one submit." }),
  catalog_date: z.iso.date().nullable(),
  may_be_paid: z.int().min(0).meta({ description: "Submits that may have been paid, or may yet." }),
  attempts: z.array(z.int()).meta({ description: "Theirs, where it is known which." }),
  extra_task_ids: z.array(z.string()),
  at_most_credits: z.number().nullable().meta({ description: "For all of them; an estimate." }),
  words: z.string(),
});

const awaitedSchema = z.object({
  what: z.string(),
  by: z.enum(["submit_worker", "status_worker", "upstream", "lane", "person"]),
  until: timeOrNull.meta({ description: "Null where there is no limit." }),
});

const actionSchema = z.object({
  command: z.string().meta({ description: "A command line of apidot-queue." }),
  words: z.string(),
  may_pay_again: z.boolean(),
});

/** The flight record of a generation on the wire. New members may join; none goes. */
export const explanationSchema = z
  .object({
    id: z.string(),
    lane: z.string().regex(LANE_NAME),
    model: z.string(),
    status: z.enum(STATUSES),
    code: z
      .enum(Object.keys(ERROR_CODES) as [keyof typeof ERROR_CODES])
      .nullable()
      .meta({ description: "Why it is held or failed." }),
    message: z.string().nullable().meta({ description: "What the upstream said about it." }),
    created_at: time,
    explained_at: time,
    retry_of: z.string().nullable(),
    summary: z.string(),
    steps: z.array(stepSchema).meta({ description: "Oldest first." }),
    submits: z.array(submitSchema),
    polls: pollsSchema.nullable(),
    money: moneySchema,
    awaited: awaitedSchema.nullable().meta({
      description: "Null where nothing is: it is settled, and no task of it is looked at any more.",
    }),
    actions: z.array(actionSchema).meta({ description: "What a person can do now." }),
  })
  .meta({ id: "Explanation" });

/** @see explanationSchema */
export type ExplanationJson = z.infer<typeof explanationSchema>;
