import { z } from "zod";

const onSubmit = z.literal("submit");
const onStatus = z.literal("status");
const onEither = z.enum(["submit", "status"]);
const onCallback = z.literal("callback");
const onEnd = z.enum(["status", "callback"]);
const onAny = z.enum(["submit", "status", "callback"]);

/** Which calls or callbacks a rule looks at; every field given must fit. */
const match = z.strictObject({
  model: z.string().optional(),
  /** The caller's key, as it is or as its fingerprint. */
  key: z.string().optional(),
  prompt_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** Status calls and callbacks only. */
  task_id: z.string().optional(),
});

/** Of the calls a rule looks at: leave out the first `skip`, strike at most `times`, each with chance `rate`. */
const sparing = {
  match: match.optional(),
  rate: z.number().min(0).max(1).optional(),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
};

/** At most ten minutes. */
const longWait = z.number().positive().max(600_000);

/** A day: longer than any run, short enough for a timer. */
const MAX_REDELIVERY_MS = 86_400_000;

const errorStatus = z.int().min(400).max(599);

/** `Retry-After`: a number of seconds, or a string that is sent as it is, however odd. */
const retryAfter = {
  retry_after: z.union([z.number().min(0), z.string().regex(/^[\x20-\x7e]{1,64}$/)]).optional(),
  /** `date` turns the seconds into an HTTP date. */
  retry_after_as: z.enum(["seconds", "date"]).optional(),
};

/** Words of an API-shaped error. */
const wording = {
  message: z.string().max(500).optional(),
  type: z.string().max(100).optional(),
  /** `{ code, message }` instead of `{ code, error: { message, type } }` [seen]. */
  top_level_message: z.boolean().optional(),
};

/** Whether a submit is accepted although its answer does not say so. */
const accept = { accept: z.boolean().optional() };

/** One kind of fault: its name, the calls it can strike, and its own arguments. */
function fault<K extends string, O extends z.ZodType, A extends z.core.$ZodLooseShape>(
  kind: K,
  on: O,
  args: A,
) {
  return z.strictObject({ on, kind: z.literal(kind), ...sparing, ...args });
}

/** Every fault there is. `docs/emulator.md` has the same list for users, and a test compares them. */
export const faultRuleSchema = z.discriminatedUnion("kind", [
  // A refusal instead of an answer; `accept` lets the submit through behind it.
  fault("rate_limited", onEither, retryAfter),
  fault("error", onEither, { status: errorStatus, ...wording, ...retryAfter, ...accept }),
  fault("error_html", onEither, { status: errorStatus, ...retryAfter, ...accept }),
  fault("error_in_200", onEither, { status: errorStatus, ...wording, ...accept }),
  fault("redirect", onEither, { location: z.string().optional() }),
  fault("reset_before", onEither, {}),
  fault("hang_before", onEither, {}),
  fault("not_found_for", onStatus, {
    calls: z.int().min(1).optional(),
    ms: z.number().positive().optional(),
  }),
  // Behind the acceptance: what happened happened, only the answer is spoilt.
  fault("reset_after", onEither, {}),
  fault("hang_after", onEither, {}),
  fault("truncate", onEither, {}),
  fault("garbage", onEither, {}),
  fault("huge", onEither, {
    bytes: z
      .int()
      .min(1)
      .max(64 * 1024 * 1024)
      .optional(),
  }),
  fault("task_id_with_error", onSubmit, {
    status: errorStatus.optional(),
    /** HTTP 200 around the error code. */
    in_200: z.boolean().optional(),
    ...wording,
  }),
  // The answer in another shape; several of these may strike one call.
  fault("code_zero", onAny, {}),
  fault("no_code", onAny, {}),
  fault("no_task_id", onEither, {}),
  fault("unknown_status", onEither, { status: z.string().min(1).max(40).optional() }),
  fault("files_top", onEnd, {}),
  fault("no_progress", onEnd, {}),
  // The status object of a callback without its envelope.
  fault("bare", onCallback, {}),
  // The life of the task that this submit makes.
  fault("fail_task", onSubmit, {
    /** What the status call says; null is an answer without a reason. */
    error_message: z.string().max(2_000).nullable().optional(),
    /** When it fails, as a share of the time its render would take. */
    at: z.number().min(0).max(1).optional(),
  }),
  fault("stuck", onSubmit, {}),
  // When a callback is sent, if at all.
  fault("lost", onCallback, {}),
  fault("late", onCallback, { delay_ms: longWait }),
  fault("reordered", onCallback, {
    /** How many callbacks of other tasks go first. */
    behind: z.int().min(1).max(1_000).optional(),
    /** It waits no longer, however few come. */
    at_most_ms: longWait.optional(),
  }),
  fault("early", onCallback, {}),
  // What is sent beside it, once each.
  fault("doubled", onCallback, { copies: z.int().min(2).max(100).optional() }),
  fault("forged", onCallback, {
    /** What the body tells of: nobody's task, another one, or the right one with the wrong end. */
    as: z.enum(["unknown", "other", "opposite"]).optional(),
  }),
  // How long it is tried; nothing of it is sped up.
  fault("redeliver", onCallback, {
    for_ms: z.number().min(0).max(MAX_REDELIVERY_MS).optional(),
    every_ms: longWait.optional(),
    timeout_ms: longWait.optional(),
  }),
  // Before the answer, whatever it will be; delays add up.
  fault("slow", onEither, { delay_ms: longWait }),
  // A token bucket per key; it has no chance and no count of its own.
  z.strictObject({
    on: onEither,
    kind: z.literal("rate_limit"),
    match: match.optional(),
    per_second: z.number().positive(),
    /** Calls that may come at once. */
    burst: z.int().min(1).optional(),
    /** `true` tells the exact wait, rounded up to whole seconds. */
    retry_after: z.union([retryAfter.retry_after, z.literal(true)]).optional(),
    retry_after_as: retryAfter.retry_after_as,
  }),
]);

/** A fault on a switch: which calls it strikes, how often, and what then happens. */
export type FaultRule = z.infer<typeof faultRuleSchema>;

/** The names of all faults. */
export type FaultKind = FaultRule["kind"];

/** The call a rule is on, theirs or ours. */
export type FaultCall = FaultRule["on"];

/** The rule of one kind. */
export type FaultOf<K extends FaultKind> = Extract<FaultRule, { kind: K }>;

/** Every kind of fault, in the order of the schema. */
export const FAULT_KINDS: readonly FaultKind[] = faultRuleSchema.options.map(
  (option) => option.shape.kind.value,
);
