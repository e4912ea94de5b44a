/**
 * Where a generation is. For each: who moves one in, who moves it out, how long it may stay.
 *
 * - `queued`: stored and waiting for a submit. In: enqueue, a submit that was not sent or refused
 *   for now, the end of a grace, a person's resubmit or redrive. Out: a submit worker begins an
 *   attempt; a late answer; a cancel; the submit deadline; poison.
 * - `submitting`: the intent of one attempt is stored and its POST may be out. In: begin. Out: the
 *   outcome, or a late answer of an older attempt; without one, the rescuer after send deadline +
 *   request timeout + 5 s.
 * - `unconfirmed`: a submit was sent and got no answer. In: an ambiguous outcome, the rescuer.
 *   Out: a late answer, the proof that nothing was sent, or the end of the grace.
 * - `held`: only a person can decide. In: a doubt that no rule may resolve. Out: attach, resubmit,
 *   abandon, cancel, or a late answer. No limit.
 * - `running`: the task id is stored; polls follow. In: an accepted submit, a confirmed callback, a
 *   person who attaches a task. Out: the task's end, the generation's deadline, or a lasting doubt
 *   about the task.
 * - `succeeded`, `failed`, `canceled`: settled. Nothing moves them, but a late finish or a redrive
 *   moves some that failed.
 */
export const STATUSES = [
  "queued",
  "submitting",
  "unconfirmed",
  "held",
  "running",
  "succeeded",
  "failed",
  "canceled",
] as const;

/** One of the eight statuses. */
export type Status = (typeof STATUSES)[number];

/** Why a generation failed; one for each way into `failed`. */
export const FAILED_REASONS = [
  "invalid_request",
  "authentication_error",
  "insufficient_credits",
  "generation_failed",
  "timed_out",
  "expired",
  "abandoned",
] as const;

/** @see FAILED_REASONS */
export type FailedReason = (typeof FAILED_REASONS)[number];

/**
 * Why a person has to decide. `invalid_request`, the two account codes and `expired` hold instead
 * of failing when an earlier attempt may have been paid.
 */
export const HELD_REASONS = [
  "unconfirmed",
  "invalid_request",
  "authentication_error",
  "insufficient_credits",
  "expired",
  "task_not_found",
  "status_rejected",
  "poison",
] as const;

/** @see HELD_REASONS */
export type HeldReason = (typeof HELD_REASONS)[number];
