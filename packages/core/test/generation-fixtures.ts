import { enqueuedGeneration } from "../src/lifecycle/index.ts";
import type { AttemptRef, BoundTask, Generation, GenerationFacts } from "../src/lifecycle/index.ts";
import type { Status } from "../src/lifecycle/index.ts";

/** The time of the fixtures; every event of the tests comes later. */
const CREATED_AT = 1_000;
/** When the events of the tests happen. */
export const NOW = 5_000;

/** Three attempts were begun: one is unresolved in some fixtures, one was refused, one is last. */
export const OLDER: AttemptRef = { attempt: 1, fence: "f1" };
export const OVER: AttemptRef = { attempt: 2, fence: "f2" };
export const CURRENT: AttemptRef = { attempt: 3, fence: "f3" };
export const NEXT: AttemptRef = { attempt: 4, fence: "f4" };

/** The bound task, and one that a person let go of before. */
export const OWN_TASK: BoundTask = { taskId: "task-own", submittedAt: 2_000 };
export const EXTRA_TASK_ID = "task-extra";
export const NEW_TASK_ID = "task-new";

const FACTS: GenerationFacts = {
  id: "default_01k9zzzzzzzzzzzzzzzzzzzzzz",
  lane: "default",
  model: "veo3.1-fast",
  priority: "normal",
  createdAt: CREATED_AT,
  version: 7,
  attempt: CURRENT.attempt,
  unresolved: [],
  settlement: 1,
  cancelRequestedAt: null,
  extraTaskIds: [EXTRA_TASK_ID],
  lastError: "rate_limited",
  refusalCount: 2,
};

const UNRESOLVED = { unresolved: [OLDER] } as const;
const CANCEL = { cancelRequestedAt: 3_000 } as const;

const QUEUED: Generation = { ...FACTS, status: "queued", wakeAt: 3_500 };
const SUBMITTING: Generation = {
  ...FACTS,
  status: "submitting",
  fence: CURRENT.fence,
  sendDeadlineAt: 4_000,
};
const UNCONFIRMED: Generation = {
  ...FACTS,
  status: "unconfirmed",
  fence: CURRENT.fence,
  graceEndAt: 4_500,
};
const HELD: Generation = { ...FACTS, status: "held", reason: "poison", heldAt: 4_000, task: null };
const HELD_TASK: Generation = { ...HELD, reason: "task_not_found", task: OWN_TASK };
const RUNNING: Generation = { ...FACTS, status: "running", task: OWN_TASK, deadlineAt: 60_000 };
const SUCCEEDED: Generation = { ...FACTS, status: "succeeded", task: OWN_TASK, settledAt: 4_000 };
const FAILED = { ...FACTS, status: "failed", task: null, settledAt: 4_000 } as const;
const CANCELED: Generation = {
  ...FACTS,
  ...CANCEL,
  status: "canceled",
  task: null,
  settledAt: 4_000,
};

/**
 * One generation for each combination that a guard can tell apart. Queued and held never carry a
 * cancel request: it cancels them at once. `redrive_unresolved` and `redrive_task` are out of reach
 * too; they exist for the guards of T16.
 */
export const GENERATIONS = {
  queued: { plain: QUEUED, unresolved: { ...QUEUED, ...UNRESOLVED } },
  submitting: inFlightVariants(SUBMITTING),
  unconfirmed: inFlightVariants(UNCONFIRMED),
  held: {
    plain: HELD,
    unresolved: { ...HELD, ...UNRESOLVED, reason: "unconfirmed" },
    task: HELD_TASK,
    task_unresolved: { ...HELD_TASK, ...UNRESOLVED },
  },
  running: inFlightVariants(RUNNING),
  succeeded: { plain: SUCCEEDED, unresolved: { ...SUCCEEDED, ...UNRESOLVED } },
  failed: {
    invalid: { ...FAILED, reason: "invalid_request" },
    key: { ...FAILED, reason: "authentication_error", extraTaskIds: [] },
    credits: { ...FAILED, reason: "insufficient_credits", extraTaskIds: [] },
    expired: { ...FAILED, reason: "expired" },
    abandoned: { ...FAILED, ...UNRESOLVED, reason: "abandoned" },
    let_go: { ...FAILED, reason: "abandoned", task: OWN_TASK },
    timed_out: { ...FAILED, ...UNRESOLVED, reason: "timed_out", task: OWN_TASK },
    task_failed: { ...FAILED, reason: "generation_failed", task: OWN_TASK },
    redrive_unresolved: { ...FAILED, ...UNRESOLVED, reason: "insufficient_credits" },
    redrive_task: { ...FAILED, reason: "insufficient_credits", task: OWN_TASK },
    redrive_extra: { ...FAILED, reason: "insufficient_credits" },
  },
  canceled: {
    plain: CANCELED,
    unresolved: { ...CANCELED, ...UNRESOLVED },
    task: { ...CANCELED, task: OWN_TASK },
  },
} as const satisfies Record<Status, Record<string, Generation>>;

function inFlightVariants<G extends Generation>(plain: G) {
  return {
    plain,
    cancel: { ...plain, ...CANCEL },
    unresolved: { ...plain, ...UNRESOLVED },
    cancel_unresolved: { ...plain, ...CANCEL, ...UNRESOLVED },
  };
}

/** The fields of every generation. */
export const FACT_KEYS = Object.keys(FACTS);

/** The fields that exist in one status besides the facts. */
export const ARM_KEYS: Readonly<Record<Status, readonly string[]>> = {
  queued: ["status", "wakeAt"],
  submitting: ["status", "fence", "sendDeadlineAt"],
  unconfirmed: ["status", "fence", "graceEndAt"],
  held: ["status", "reason", "heldAt", "task"],
  running: ["status", "task", "deadlineAt"],
  succeeded: ["status", "task", "settledAt"],
  failed: ["status", "reason", "task", "settledAt"],
  canceled: ["status", "task", "settledAt"],
};

/** A generation as enqueue stores it. */
export function freshGeneration(): Generation {
  return enqueuedGeneration(FACTS, CREATED_AT);
}
