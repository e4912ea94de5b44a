import type { AttemptRef, LifecycleEvent } from "../src/lifecycle/index.ts";
import {
  CURRENT,
  EXTRA_TASK_ID,
  NEW_TASK_ID,
  NEXT,
  NOW as at,
  OLDER,
  OVER,
  OWN_TASK,
} from "./generation-fixtures.ts";

const STRANGER: AttemptRef = { attempt: CURRENT.attempt, fence: "not-ours" };
const wakeAt = 6_000;
const graceEndAt = 7_000;
const deadlineAt = 90_000;
const own = OWN_TASK.taskId;

const accepted = (ref: AttemptRef, taskId: string): LifecycleEvent => ({
  type: "accepted",
  at,
  ...ref,
  taskId,
  deadlineAt,
});
const confirmed = (attempt: number, taskId: string): LifecycleEvent => ({
  type: "confirmed",
  at,
  attempt,
  taskId,
  deadlineAt,
});
const attached = (taskId: string, attempt: number | null = null): LifecycleEvent => ({
  type: "attached",
  at,
  attempt,
  taskId,
  deadlineAt,
});
const notSent = (ref: AttemptRef): LifecycleEvent => ({ type: "not_sent", at, ...ref, wakeAt });
const refused = (ref: AttemptRef): LifecycleEvent => ({
  type: "refused",
  at,
  ...ref,
  code: "rate_limited",
  wakeAt,
});
const rejected = (ref: AttemptRef): LifecycleEvent => ({ type: "rejected", at, ...ref });
const denied = (ref: AttemptRef, park: boolean): LifecycleEvent => ({
  type: "denied",
  at,
  ...ref,
  code: "insufficient_credits",
  park,
});
const answerLost = (ref: AttemptRef, code: "answer_lost" | "unanswered"): LifecycleEvent => ({
  type: "answer_lost",
  at,
  ...ref,
  code,
  graceEndAt,
});

/**
 * Every event in every variant that a guard can tell apart, as `type/variant`: of the current
 * attempt, of an older one (unresolved in some fixtures), of one that is over, of a stranger's
 * fence; with a task id that is new, bound, or kept as an extra one.
 */
export const EVENT_CASES = {
  "begun/next": { type: "begun", at, ...NEXT, sendDeadlineAt: 8_000 },
  "begun/again": { type: "begun", at, ...CURRENT, sendDeadlineAt: 8_000 },
  "begun/ahead": { type: "begun", at, attempt: 5, fence: "f5", sendDeadlineAt: 8_000 },
  expired: { type: "expired", at },
  "not_sent/current": notSent(CURRENT),
  "not_sent/older": notSent(OLDER),
  "not_sent/over": notSent(OVER),
  "not_sent/stranger": notSent(STRANGER),
  "refused/current": refused(CURRENT),
  "refused/older": refused(OLDER),
  "refused/stranger": refused(STRANGER),
  "accepted/current": accepted(CURRENT, NEW_TASK_ID),
  "accepted/older": accepted(OLDER, NEW_TASK_ID),
  "accepted/over": accepted(OVER, NEW_TASK_ID),
  "accepted/own_task": accepted(CURRENT, own),
  "accepted/extra_task": accepted(CURRENT, EXTRA_TASK_ID),
  "accepted/older_own": accepted(OLDER, own),
  "accepted/older_extra": accepted(OLDER, EXTRA_TASK_ID),
  "rejected/current": rejected(CURRENT),
  "rejected/older": rejected(OLDER),
  "rejected/stranger": rejected(STRANGER),
  "denied/current": denied(CURRENT, false),
  "denied/current_park": denied(CURRENT, true),
  "denied/older": denied(OLDER, false),
  "denied/older_park": denied(OLDER, true),
  "denied/stranger": denied(STRANGER, false),
  "answer_lost/current": answerLost(CURRENT, "answer_lost"),
  "answer_lost/unanswered": answerLost(CURRENT, "unanswered"),
  "answer_lost/older": answerLost(OLDER, "answer_lost"),
  "answer_lost/stranger": answerLost(STRANGER, "unanswered"),
  // The extra task, which every generation here has, was paid for as well: it counts as one.
  "grace_ended/resubmit": { type: "grace_ended", at, policy: "resubmit", maxPaidAttempts: 4 },
  "grace_ended/second_is_last": { type: "grace_ended", at, policy: "resubmit", maxPaidAttempts: 3 },
  "grace_ended/first_is_last": { type: "grace_ended", at, policy: "resubmit", maxPaidAttempts: 2 },
  "grace_ended/hold": { type: "grace_ended", at, policy: "hold", maxPaidAttempts: 3 },
  "grace_ended/channel_silent": {
    type: "grace_ended",
    at,
    policy: "channel_silent",
    maxPaidAttempts: 3,
  },
  "grace_ended/look_unanswered": {
    type: "grace_ended",
    at,
    policy: "look_unanswered",
    maxPaidAttempts: 3,
  },
  "confirmed/current": confirmed(CURRENT.attempt, NEW_TASK_ID),
  "confirmed/older": confirmed(OLDER.attempt, NEW_TASK_ID),
  "confirmed/over": confirmed(OVER.attempt, NEW_TASK_ID),
  "confirmed/own_task": confirmed(CURRENT.attempt, own),
  "confirmed/extra_task": confirmed(OLDER.attempt, EXTRA_TASK_ID),
  "confirmed/older_own": confirmed(OLDER.attempt, own),
  finished: { type: "finished", at },
  "finished_late/own_task": { type: "finished_late", at, attempt: null, taskId: own },
  "finished_late/new_task": {
    type: "finished_late",
    at,
    attempt: OLDER.attempt,
    taskId: NEW_TASK_ID,
  },
  "finished_late/extra_task": { type: "finished_late", at, attempt: null, taskId: EXTRA_TASK_ID },
  task_failed: { type: "task_failed", at },
  timed_out: { type: "timed_out", at },
  "untraceable/not_found": { type: "untraceable", at, reason: "task_not_found" },
  "untraceable/rejected": { type: "untraceable", at, reason: "status_rejected" },
  poisoned: { type: "poisoned", at },
  "attached/new_task": attached(NEW_TASK_ID),
  "attached/own_task": attached(own),
  "attached/extra_task": attached(EXTRA_TASK_ID),
  "attached/older": attached(NEW_TASK_ID, OLDER.attempt),
  "attached/over": attached(NEW_TASK_ID, OVER.attempt),
  resubmitted: { type: "resubmitted", at },
  abandoned: { type: "abandoned", at },
  cancel_requested: { type: "cancel_requested", at },
  redriven: { type: "redriven", at },
} as const satisfies Record<string, LifecycleEvent>;
