import { decideAfterPoll, type PollDecision, type PollDecisionSettings } from "@apidot-queue/core";
import type { DuePoll, Journal, SettleOutcome, VerbOutcome } from "@apidot-queue/journal";
import {
  redactMessage,
  requestSecrets,
  type StatusReport,
  type Upstream,
} from "@apidot-queue/upstream";

import { askWithQuickRetries } from "./ask-with-quick-retries.ts";
import { haltIfDenied, type LaneRefusal } from "./halt-if-denied.ts";
import type { PollObserver } from "./poll-observer.ts";

/** What the handler works with. */
export interface PollParts extends LaneRefusal {
  readonly journal: Journal;
  readonly upstream: Upstream;
  readonly settings: PollDecisionSettings;
  readonly observer: PollObserver;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Milliseconds on a clock that never steps back. */
  readonly monotonicMs: () => number;
}

/**
 * Handles one poll that is due: asks the upstream, decides, records. A poll is never an attempt. A
 * process that dies in between loses its lease, and the poll comes due again.
 *
 * @returns milliseconds until the next poll of the task, or null when there is none
 */
export async function pollTask(poll: DuePoll, parts: PollParts): Promise<number | null> {
  const startedAt = parts.monotonicMs();
  const report = await askWithQuickRetries(() => parts.upstream.status(poll.taskId));
  // The journal's clock told when the poll was claimed; only the time since then is ours.
  const now = poll.claimedAt + Math.round(parts.monotonicMs() - startedAt);
  const { facts, deadlineAt, isLaneRefused } = poll;
  const context = { facts, now, deadlineAt, isLaneRefused };
  const asIs = decideAfterPoll(report.outcome, context, parts.settings, parts.random);
  // What is refused for the task alone says nothing of the account any more.
  if (asIs.kind !== "hold") await tellLane(poll, report, parts);
  const decision = await withoutRequest(asIs, poll, parts.journal);
  const outcome = await record(poll, decision, parts.journal);
  parts.observer.polled({ poll, now, report, decision, outcome });
  return decision.kind === "again" ? decision.delayMs : null;
}

/**
 * T13c. A refused account halts the lane; the first answer about a task lets its polls go on. What
 * says nothing about the account changes nothing. A lane that cannot be told is told by the next poll.
 */
async function tellLane(poll: DuePoll, { outcome }: StatusReport, parts: PollParts): Promise<void> {
  const { journal } = parts;
  if (outcome.kind === "denied") {
    await haltIfDenied(outcome, poll.laneEpoch, parts);
  } else if (poll.isLaneRefused && ANSWERS.has(outcome.kind)) {
    await journal.allowPolls();
  }
}

/** What the upstream says only to an account that it knows. */
const ANSWERS: ReadonlySet<StatusReport["outcome"]["kind"]> = new Set([
  "running",
  "finished",
  "failed",
  "not_found",
]);

/** An upstream that fails a task may quote the prompt; a record's message never holds it. */
async function withoutRequest(
  decision: PollDecision,
  poll: DuePoll,
  journal: Journal,
): Promise<PollDecision> {
  if (decision.kind !== "fail" || decision.message === null) return decision;
  const stored = await journal.get(poll.id);
  const secrets = requestSecrets(stored?.request.input ?? {});
  return { kind: "fail", message: redactMessage(decision.message, secrets) };
}

/** What one handled poll was and did. */
export interface HandledPoll {
  readonly poll: DuePoll;
  /** When it was answered, on the journal's clock. */
  readonly now: number;
  readonly report: StatusReport;
  readonly decision: PollDecision;
  readonly outcome: VerbOutcome | SettleOutcome;
}

async function record(
  poll: DuePoll,
  decision: PollDecision,
  journal: Journal,
): Promise<VerbOutcome | SettleOutcome> {
  switch (decision.kind) {
    case "finish":
      return journal.settle(poll, { event: "finished", files: decision.files });
    case "fail":
      return journal.settle(poll, { event: "task_failed", message: decision.message });
    case "time_out":
      return journal.settle(poll, { event: "timed_out" });
    case "hold":
      return journal.hold(poll, decision.reason);
    case "again":
      return journal.snoozePoll(poll, decision.delayMs, decision.facts);
  }
}
