import type { ErrorCode } from "../errors/error-code.ts";
import { sameAttempt, withoutAttempt } from "./attempts.ts";
import type { LifecycleEvent } from "./event.ts";
import type {
  Arm,
  AttemptRef,
  Generation,
  GenerationFacts,
  Submitting,
  Unconfirmed,
} from "./generation.ts";
import { taskOf } from "./generation.ts";
import type { FailedReason, HeldReason } from "./status.ts";
import { isTerminal } from "./transitions.ts";

/** What an event did. */
export type Transition =
  /** Status or facts changed; the version rose by one. */
  | { readonly kind: "changed"; readonly generation: Generation }
  /** Nothing changed. `stale`: an outcome of an attempt that is no longer current. */
  | { readonly kind: "ignored"; readonly reason: "stale" | "duplicate" | "not_applicable" };

const IGNORED = {
  stale: { kind: "ignored", reason: "stale" },
  duplicate: { kind: "ignored", reason: "duplicate" },
  notApplicable: { kind: "ignored", reason: "not_applicable" },
} as const satisfies Record<string, Transition>;

/**
 * Applies one event to a generation. Pure and total: a late or repeated event is `ignored` with a
 * reason. The journal's scripts do the same in Redis; a test runs both side by side.
 */
export function transition(g: Generation, event: LifecycleEvent): Transition {
  switch (event.type) {
    case "begun":
      if (g.status !== "queued" || event.attempt !== g.attempt + 1) return IGNORED.notApplicable;
      return moved(
        g,
        { status: "submitting", fence: event.fence, sendDeadlineAt: event.sendDeadlineAt },
        { attempt: event.attempt },
      );
    case "expired":
      return g.status === "queued" ? failOrHold(g, "expired", event.at) : IGNORED.notApplicable;
    case "not_sent":
      return notSent(g, event);
    case "refused":
      if (!isInFlight(g) || !isCurrent(g, event)) return notPaid(g, event);
      return requeueOrCancel(g, refusal(g, event.code), event.wakeAt, event.at);
    case "accepted":
      return accepted(g, event);
    case "rejected":
      if (!isInFlight(g) || !isCurrent(g, event)) return notPaid(g, event);
      return failOrHold(g, "invalid_request", event.at);
    case "denied":
      if (!isInFlight(g) || !isCurrent(g, event)) return notPaid(g, event);
      if (event.park) return requeueOrCancel(g, refusal(g, event.code), event.at, event.at);
      return failOrHold(g, event.code, event.at);
    case "answer_lost":
      if (g.status !== "submitting" || !isCurrent(g, event)) return outcomeIgnored(g, event);
      return moved(
        g,
        { status: "unconfirmed", fence: g.fence, graceEndAt: event.graceEndAt },
        { lastError: event.code, refusalCount: 0 },
      );
    case "grace_ended":
      return graceEnded(g, event);
    case "confirmed":
      return confirmed(g, event);
    case "finished":
      if (g.status !== "running") return IGNORED.notApplicable;
      if (g.cancelRequestedAt !== null) return canceled(g, event.at);
      return moved(g, { status: "succeeded", task: g.task, settledAt: event.at });
    case "finished_late":
      return finishedLate(g, event);
    case "task_failed":
      return g.status === "running"
        ? settleFailed(g, "generation_failed", event.at)
        : IGNORED.notApplicable;
    case "timed_out":
      return g.status === "running"
        ? settleFailed(g, "timed_out", event.at)
        : IGNORED.notApplicable;
    case "untraceable":
      if (g.status !== "running") return IGNORED.notApplicable;
      if (g.cancelRequestedAt !== null) return canceled(g, event.at);
      return held(g, event.reason, event.at);
    case "poisoned":
      return g.status === "queued" ? held(g, "poison", event.at) : IGNORED.notApplicable;
    case "attached":
      return attached(g, event);
    case "resubmitted":
      if (g.status !== "held") return IGNORED.notApplicable;
      return moved(g, { status: "queued", wakeAt: event.at }, releaseTask(g));
    case "abandoned":
      if (g.status !== "held") return IGNORED.notApplicable;
      return moved(g, {
        status: "failed",
        reason: "abandoned",
        task: g.task,
        settledAt: event.at,
      });
    case "cancel_requested":
      return cancelRequested(g, event.at);
    case "redriven":
      return redriven(g, event.at);
  }
}

type AttemptEvent<T extends LifecycleEvent["type"]> = Extract<LifecycleEvent, { type: T }>;

function notSent(g: Generation, event: AttemptEvent<"not_sent">): Transition {
  if (!isInFlight(g) || !isCurrent(g, event)) return notPaid(g, event);
  return requeueOrCancel(g, refusal(g, "not_sent"), event.wakeAt, event.at);
}

/** An attempt that is no longer the current one turns out not to have been paid: one doubt less. */
function notPaid(g: Generation, event: AttemptRef): Transition {
  const unresolved = withoutAttempt(g.unresolved, event);
  return unresolved === null ? IGNORED.stale : updated(g, { unresolved });
}

/** An accepted task wins over everything that only waits; elsewhere it is a second payment. */
function accepted(g: Generation, event: AttemptEvent<"accepted">): Transition {
  const isOwn = isInFlight(g) && isCurrent(g, event);
  const rest = withoutAttempt(g.unresolved, event);
  const isExtra = g.extraTaskIds.includes(event.taskId);
  if (taskOf(g)?.taskId === event.taskId || (isExtra && !isOwn)) {
    // A person may have attached it without knowing which attempt made it.
    return rest === null ? IGNORED.duplicate : updated(g, { unresolved: rest });
  }
  const unresolved = rest ?? g.unresolved;
  if (taskOf(g) !== null || isTerminal(g.status)) {
    return updated(g, { unresolved, extraTaskIds: [...g.extraTaskIds, event.taskId] });
  }
  // The answer to this very attempt may be a task that a person let go of before.
  const extraTaskIds = g.extraTaskIds.filter((id) => id !== event.taskId);
  return bind(
    { ...g, extraTaskIds },
    event,
    isInFlight(g) && !isOwn ? [...unresolved, current(g)] : unresolved,
  );
}

/**
 * The same for a task that a callback named; the URL told the attempt, not the fence. A held one
 * whose task was lost finds it again.
 */
function confirmed(g: Generation, event: AttemptEvent<"confirmed">): Transition {
  const isBound = taskOf(g)?.taskId === event.taskId;
  const isLost = isBound && g.status === "held";
  const rest = g.unresolved.filter((a) => a.attempt !== event.attempt);
  // A task that a person let go of stays an extra one; bound again it would be stored twice.
  if (g.extraTaskIds.includes(event.taskId) || (isBound && !isLost)) {
    const isNews = rest.length < g.unresolved.length;
    return isNews ? updated(g, { unresolved: rest }) : IGNORED.duplicate;
  }
  if (!isLost && (taskOf(g) !== null || isTerminal(g.status))) {
    return updated(g, { unresolved: rest, extraTaskIds: [...g.extraTaskIds, event.taskId] });
  }
  const overtakes = isInFlight(g) && g.attempt !== event.attempt;
  return bind(g, event, overtakes ? [...rest, current(g)] : rest);
}

function bind(
  g: Generation,
  event: { readonly at: number; readonly taskId: string; readonly deadlineAt: number },
  unresolved: readonly AttemptRef[],
): Transition {
  return moved(
    g,
    {
      status: "running",
      task: { taskId: event.taskId, submittedAt: event.at },
      deadlineAt: event.deadlineAt,
    },
    { unresolved, lastError: null, refusalCount: 0 },
  );
}

function graceEnded(g: Generation, event: AttemptEvent<"grace_ended">): Transition {
  if (g.status !== "unconfirmed") return IGNORED.notApplicable;
  const unresolved = [...g.unresolved, current(g)];
  if (g.cancelRequestedAt !== null) return canceled(g, event.at, { unresolved });
  // A task of before that a person did not take for the last one was paid for as well.
  const paidCount = unresolved.length + g.extraTaskIds.length;
  if (event.policy !== "resubmit" || paidCount >= event.maxPaidAttempts) {
    return held(g, "unconfirmed", event.at, { unresolved });
  }
  return moved(g, { status: "queued", wakeAt: event.at }, { unresolved });
}

const NEVER_LIFTED: readonly FailedReason[] = ["generation_failed"];

/** A task that failed stays so; another one of the generation is a video that was paid for all the same. */
function finishedLate(g: Generation, event: AttemptEvent<"finished_late">): Transition {
  if (g.status !== "failed") return IGNORED.notApplicable;
  const own = g.task?.taskId === event.taskId ? g.task : null;
  if (own !== null && NEVER_LIFTED.includes(g.reason)) return IGNORED.notApplicable;
  const { extraTaskIds } = own === null ? releaseTask(g) : g;
  return moved(
    g,
    {
      status: "succeeded",
      task: own ?? { taskId: event.taskId, submittedAt: event.at },
      settledAt: event.at,
    },
    {
      unresolved: g.unresolved.filter((a) => a.attempt !== event.attempt),
      extraTaskIds: extraTaskIds.filter((id) => id !== event.taskId),
      settlement: g.settlement + 1,
    },
  );
}

function attached(g: Generation, event: AttemptEvent<"attached">): Transition {
  if (g.status !== "held") return IGNORED.notApplicable;
  const unresolved = g.unresolved.filter((a) => a.attempt !== event.attempt);
  // A slip of the pen must not leave the doubt where it was: an attempt that is named is in doubt.
  if (event.attempt !== null && unresolved.length === g.unresolved.length) {
    return IGNORED.notApplicable;
  }
  const { extraTaskIds } = g.task?.taskId === event.taskId ? g : releaseTask(g);
  return bind(
    { ...g, extraTaskIds: extraTaskIds.filter((id) => id !== event.taskId) },
    event,
    unresolved,
  );
}

function cancelRequested(g: Generation, at: number): Transition {
  // What a redrive would send again is kept from it.
  if (isTerminal(g.status) && !isRedrivable(g)) return IGNORED.notApplicable;
  if (g.cancelRequestedAt !== null) return IGNORED.duplicate;
  const facts = { cancelRequestedAt: at };
  return g.status === "queued" || g.status === "held" ? canceled(g, at, facts) : updated(g, facts);
}

/** What failed for the account, and of which nothing can have been paid. */
function isRedrivable(g: Generation): boolean {
  const isAccountFailure =
    g.status === "failed" &&
    (g.reason === "authentication_error" || g.reason === "insufficient_credits");
  // A task that came late, an extra one too, was paid for: nothing of it may be sent again.
  const mayBePaid = g.unresolved.length > 0 || g.extraTaskIds.length > 0;
  return isAccountFailure && g.task === null && !mayBePaid;
}

function redriven(g: Generation, at: number): Transition {
  if (!isRedrivable(g) || g.cancelRequestedAt !== null) return IGNORED.notApplicable;
  return moved(g, { status: "queued", wakeAt: at }, { settlement: g.settlement + 1 });
}

/** A failure without a doubt; a wish to cancel wins over it. */
function settleFailed(g: Generation, reason: FailedReason, at: number): Transition {
  if (g.cancelRequestedAt !== null) return canceled(g, at);
  return moved(g, { status: "failed", reason, task: taskOf(g), settledAt: at });
}

/** A failure that an unresolved attempt makes doubtful: the upstream may be rendering after all. */
function failOrHold(g: Generation, reason: FailedReason & HeldReason, at: number): Transition {
  if (g.cancelRequestedAt === null && g.unresolved.length > 0) return held(g, reason, at);
  return settleFailed(g, reason, at);
}

function requeueOrCancel(
  g: Generation,
  facts: Partial<GenerationFacts>,
  wakeAt: number,
  at: number,
): Transition {
  if (g.cancelRequestedAt !== null) return canceled(g, at, facts);
  return moved(g, { status: "queued", wakeAt }, facts);
}

function held(
  g: Generation,
  reason: HeldReason,
  at: number,
  facts: Partial<GenerationFacts> = {},
): Transition {
  return moved(g, { status: "held", reason, heldAt: at, task: taskOf(g) }, facts);
}

function canceled(g: Generation, at: number, facts: Partial<GenerationFacts> = {}): Transition {
  return moved(g, { status: "canceled", task: taskOf(g), settledAt: at }, facts);
}

/** A stored task id never disappears: the one that is given up stays among the extra ones. */
function releaseTask(g: Generation): { readonly extraTaskIds: readonly string[] } {
  const task = taskOf(g);
  return { extraTaskIds: task === null ? g.extraTaskIds : [...g.extraTaskIds, task.taskId] };
}

function refusal(g: Generation, code: ErrorCode): Partial<GenerationFacts> {
  return { lastError: code, refusalCount: g.lastError === code ? g.refusalCount + 1 : 1 };
}

function outcomeIgnored(g: Generation, event: AttemptRef): Transition {
  return isInFlight(g) && isCurrent(g, event) ? IGNORED.duplicate : IGNORED.stale;
}

function isInFlight(g: Generation): g is Submitting | Unconfirmed {
  return g.status === "submitting" || g.status === "unconfirmed";
}

function isCurrent(g: Submitting | Unconfirmed, event: AttemptRef): boolean {
  return sameAttempt(current(g), event);
}

function current(g: Submitting | Unconfirmed): AttemptRef {
  return { attempt: g.attempt, fence: g.fence };
}

const FACTS = [
  "id",
  "lane",
  "model",
  "priority",
  "createdAt",
  "version",
  "attempt",
  "unresolved",
  "settlement",
  "cancelRequestedAt",
  "extraTaskIds",
  "lastError",
  "refusalCount",
] as const satisfies readonly (keyof GenerationFacts)[];

/** To another status: the facts stay, what belonged to the old status goes. */
function moved(g: Generation, arm: Arm, facts: Partial<GenerationFacts> = {}): Transition {
  const kept = Object.fromEntries(FACTS.map((key) => [key, g[key]])) as unknown as GenerationFacts;
  const generation: Generation = { ...kept, ...facts, ...arm, version: g.version + 1 };
  return { kind: "changed", generation };
}

/** Facts only. */
function updated(g: Generation, facts: Partial<GenerationFacts>): Transition {
  return { kind: "changed", generation: { ...g, ...facts, version: g.version + 1 } };
}
