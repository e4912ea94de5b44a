import {
  backoffMs,
  POLL_DENIED_BACKOFF,
  POLL_ERROR_BACKOFF,
  type BackoffSettings,
} from "../retry/backoff.ts";
import type { ResultFile, StatusOutcome } from "../upstream-outcome/status-outcome.ts";
import { nextPollDelayMs, type PollScheduleSettings } from "./schedule.ts";

/** What is remembered between the polls of one task. Nothing of it belongs to the lifecycle. */
export interface PollFacts {
  /** Polls that said "not finished yet". */
  readonly pollCount: number;
  /** Failed polls since the last one that was answered. */
  readonly errorCount: number;
  /** The streak of answers that doubt the task itself, or null. */
  readonly doubt: PollDoubt | null;
  /** 0–100, or null when the upstream tells none. */
  readonly progress: number | null;
}

/**
 * Answers that doubt the task: how many in a row, since when. `denied`: the account may not ask for
 * it, although the lane's other status calls were not refused at the time.
 */
export interface PollDoubt {
  readonly kind: "not_found" | "rejected" | "denied";
  readonly count: number;
  readonly since: number;
}

/** Nothing is known yet. */
export const NO_POLLS: PollFacts = { pollCount: 0, errorCount: 0, doubt: null, progress: null };

/** How long a doubt must last before a person is asked (T13, T13b). */
export interface DoubtLimits {
  readonly count: number;
  readonly durationMs: number;
}

/** What the rule may be tuned with. */
export interface PollDecisionSettings {
  readonly schedule: PollScheduleSettings;
  /** @defaultValue 5 polls over 10 minutes */
  readonly notFound: DoubtLimits;
  /** @defaultValue 3 polls over 2 minutes */
  readonly rejected: DoubtLimits;
}

/** The limits of the protocol. */
export const DEFAULT_DOUBT_LIMITS = {
  notFound: { count: 5, durationMs: 600_000 },
  rejected: { count: 3, durationMs: 120_000 },
} as const satisfies Pick<PollDecisionSettings, "notFound" | "rejected">;

/** What a poll means for its generation. */
export type PollDecision =
  | { readonly kind: "finish"; readonly files: readonly ResultFile[] }
  | { readonly kind: "fail"; readonly message: string | null }
  | { readonly kind: "hold"; readonly reason: "task_not_found" | "status_rejected" }
  | { readonly kind: "time_out" }
  | { readonly kind: "again"; readonly delayMs: number; readonly facts: PollFacts };

/** How long after its deadline a task is still asked about when no call is answered. Milliseconds. */
export const UNANSWERED_GRACE_MS = 600_000;

/** What a poll was about. `now` and `deadlineAt` in milliseconds of the journal's clock. */
export interface PollContext {
  readonly facts: PollFacts;
  readonly now: number;
  readonly deadlineAt: number;
  /** Whether the upstream was refusing the lane's status calls when this one was made. */
  readonly isLaneRefused: boolean;
}

/**
 * The rule of polls, the whole of it: only the task's own end ends it; refusals, outages and pages
 * say nothing about the task and are asked again; a lasting 404 or 400 asks a person, and so does a
 * task that is refused again and again behind a lane that is not; the deadline is a state with a
 * reason, and waits while the account is refused.
 *
 * @param random - uniform in [0, 1)
 */
export function decideAfterPoll(
  outcome: StatusOutcome,
  context: PollContext,
  settings: PollDecisionSettings,
  random: () => number,
): PollDecision {
  const { facts, now, deadlineAt, isLaneRefused } = context;
  if (outcome.kind === "finished") return { kind: "finish", files: outcome.files };
  if (outcome.kind === "failed") return { kind: "fail", message: outcome.message };

  const next = factsAfter(outcome, facts, now, isLaneRefused);
  // Only an answer that doubts the task may end in a hold: an outage after a few early 404s makes
  // the doubt older, not stronger.
  const isOfLane = outcome.kind === "denied" && isLaneRefused;
  if (!isOfLane && isLasting(outcome, next.doubt, settings, now)) {
    return {
      kind: "hold",
      reason: outcome.kind === "not_found" ? "task_not_found" : "status_rejected",
    };
  }
  const delayMs = delayAfter(outcome, facts, next, settings, random);
  if (now < deadlineAt) {
    const untilDeadlineMs = Math.max(settings.schedule.minMs, deadlineAt - now);
    return { kind: "again", delayMs: Math.min(delayMs, untilDeadlineMs), facts: next };
  }
  return mayTimeOut(outcome, now - deadlineAt)
    ? { kind: "time_out" }
    : { kind: "again", delayMs, facts: next };
}

/**
 * Whether the deadline ends the task now. An answer about the task lets it; a call that failed does
 * not, because the task may have finished meanwhile, and has been paid for: it is asked again for a
 * while. A refused account never fails a task (T13c).
 */
function mayTimeOut(outcome: Unfinished, overdueMs: number): boolean {
  switch (outcome.kind) {
    case "running":
    case "not_found":
    case "rejected":
      return true;
    case "throttled":
    case "unavailable":
      return overdueMs >= UNANSWERED_GRACE_MS;
    case "denied":
      return false;
  }
}

type Unfinished = Exclude<StatusOutcome, { kind: "finished" | "failed" }>;

function factsAfter(
  outcome: Unfinished,
  facts: PollFacts,
  now: number,
  isLaneRefused: boolean,
): PollFacts {
  switch (outcome.kind) {
    case "running":
      return {
        pollCount: facts.pollCount + 1,
        errorCount: 0,
        doubt: null,
        progress: outcome.progress ?? facts.progress,
      };
    case "not_found":
    case "rejected":
      return doubted(outcome.kind, facts, now);
    case "denied": {
      // Of a lane that is refused as a whole it says nothing about this task.
      const isAboutTask = !isLaneRefused && (facts.doubt?.kind ?? "denied") === "denied";
      if (isAboutTask) return doubted("denied", facts, now);
      return { ...facts, errorCount: facts.errorCount + 1 };
    }
    case "throttled":
    case "unavailable":
      return { ...facts, errorCount: facts.errorCount + 1 };
  }
}

function doubted(kind: PollDoubt["kind"], facts: PollFacts, now: number): PollFacts {
  const same = facts.doubt?.kind === kind ? facts.doubt : null;
  const doubt = { kind, count: (same?.count ?? 0) + 1, since: same?.since ?? now };
  return { ...facts, errorCount: facts.errorCount + 1, doubt };
}

function isLasting(
  outcome: Unfinished,
  doubt: PollDoubt | null,
  settings: PollDecisionSettings,
  now: number,
): boolean {
  if (doubt === null || doubt.kind !== outcome.kind) return false;
  const limits = doubt.kind === "not_found" ? settings.notFound : settings.rejected;
  return doubt.count >= limits.count && now - doubt.since >= limits.durationMs;
}

function delayAfter(
  outcome: Unfinished,
  before: PollFacts,
  next: PollFacts,
  settings: PollDecisionSettings,
  random: () => number,
): number {
  const minMs = settings.schedule.minMs;
  const retry = (backoff: BackoffSettings, retryAfterMs: number | null = null): number =>
    Math.max(minMs, backoffMs(backoff, next.errorCount, random, retryAfterMs));
  switch (outcome.kind) {
    case "running":
      return nextPollDelayMs(settings.schedule, before.pollCount + 1, random);
    case "denied":
      return retry(POLL_DENIED_BACKOFF);
    case "throttled":
    case "unavailable":
      return retry(POLL_ERROR_BACKOFF, outcome.retryAfterMs);
    case "not_found":
    case "rejected":
      return retry(POLL_ERROR_BACKOFF);
  }
}
