import { randomUUID } from "node:crypto";

import {
  decideAfterSubmit,
  type Disposition,
  DONE,
  graceWithoutCallbackMs,
  type LaneLimits,
  nextPollDelayMs,
  type PollScheduleSettings,
  restOf,
  type SubmitDecision,
} from "@apidot-queue/core";
import type { Begun, Journal, VerbOutcome } from "@apidot-queue/journal";
import type { Upstream } from "@apidot-queue/upstream";

import type { LaneGate } from "./lane-gate.ts";
import {
  ANSWER_MARGIN_MS,
  openSendWindow,
  SEND_WITHIN_MS,
  type SendWindow,
} from "./send-window.ts";
import type { SubmitObserver } from "./submit-observer.ts";

/** The rules of a lane's submits. Durations in milliseconds. */
export interface SubmitRules {
  readonly requestTimeoutMs: number;
  readonly submitDeadlineMs: number;
  readonly generationDeadlineMs: number;
  readonly ambiguity: "resubmit" | "hold";
  readonly confirmGraceMs: number | null;
  readonly polls: PollScheduleSettings;
  /** How fast, and how many at once. */
  readonly lane: LaneLimits;
}

/** What the handler works with. */
export interface SubmitParts {
  readonly journal: Journal;
  readonly upstream: Upstream;
  readonly rules: SubmitRules;
  readonly observer: SubmitObserver;
  /** Of this process; null for a lane without limits. */
  readonly gate: LaneGate | null;
  /** Repeats a write until the journal took it or the process gives up. */
  readonly untilStored: <T>(write: () => Promise<T>) => Promise<T>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The attempt that `begin` granted. */
type Granted = Extract<Begun, { kind: "begun" }>;

/**
 * Handles one submit hint. The order of the steps is the protocol (docs/lifecycle.md): the intent
 * is stored before the first byte, at most one POST is sent per attempt, and exactly one outcome is
 * recorded. A process may die between any two steps; the rescuer knows what is left.
 *
 * @param signal - aborts when the queue may have given the hint to another worker
 */
export async function submitGeneration(
  id: string,
  signal: AbortSignal,
  parts: SubmitParts,
): Promise<Disposition> {
  const asked = await askToBegin(id, signal, parts);
  if ("kind" in asked) return asked;
  const { begun, window } = asked;
  // A lost lock only matters before the first byte: after it the answer is worth waiting for.
  const report = await parts.upstream.submit(begun.request, {
    beforeSend: () => window.isOpen(),
  });
  // Nothing may come between a paid answer and its record.
  quietly(() => parts.observer.answered(begun.attempt, begun.request.model, report));

  const decision = decideAfterSubmit(report.outcome, begun, parts.random);
  const outcome = await parts.untilStored(() => record(begun, decision, parts));
  quietly(() => parts.observer.recorded(begun.attempt, decision, outcome));
  return disposition(decision, outcome);
}

function limitsOf(rules: SubmitRules): Parameters<Journal["begin"]>[2] {
  return {
    sendWithinMs: SEND_WITHIN_MS,
    answerWithinMs: rules.requestTimeoutMs + ANSWER_MARGIN_MS,
    submitDeadlineMs: rules.submitDeadlineMs,
    policy: rules.ambiguity,
    lane: rules.lane,
  };
}

/** Asks the journal, by way of the gate where the lane has limits. */
async function askToBegin(
  id: string,
  signal: AbortSignal,
  parts: SubmitParts,
): Promise<Disposition | { readonly begun: Granted; readonly window: SendWindow }> {
  const ask = async () => {
    const window = openSendWindow(signal);
    const begun = await parts.journal.begin(id, newFence(), limitsOf(parts.rules));
    if (begun.kind === "begun") return { begun, window };
    return afterRefusedBegin(begun, parts);
  };
  return parts.gate === null ? ask() : parts.gate.ask(ask);
}

/** A hint that begins nothing is void, unless it came too early or the lane has no room. */
function afterRefusedBegin(begun: Exclude<Begun, Granted>, parts: SubmitParts): Disposition {
  if (begun.kind === "early") return { kind: "snooze", delayMs: begun.waitMs };
  parts.observer.refused(begun.reason);
  if (begun.kind === "refused") return DONE;
  const restMs = restOf(begun.waitMs);
  parts.gate?.close(restMs);
  return { kind: "rest", restMs };
}

/** Writes what became of the attempt; each verb is harmless when repeated. */
async function record(
  { attempt, unresolvedCount }: Granted,
  decision: SubmitDecision,
  { journal, rules, random }: SubmitParts,
): Promise<VerbOutcome> {
  const graceMs = graceWithoutCallbackMs(
    { confirmGraceMs: rules.confirmGraceMs, policy: rules.ambiguity },
    unresolvedCount,
  );
  switch (decision.kind) {
    case "accept": {
      const outcome = await journal.accept(attempt, decision.taskId, {
        deadlineMs: rules.generationDeadlineMs,
        firstPollMs: nextPollDelayMs(rules.polls, 0, random),
      });
      const isTaken = outcome.kind === "ignored" && outcome.reason === "task_taken";
      // A task id that another generation owns says nothing about ours.
      return isTaken ? journal.unconfirm(attempt, "answer_lost", graceMs) : outcome;
    }
    case "not_sent":
      return journal.requeue(attempt, "not_sent", decision.delayMs);
    case "refuse":
      return journal.requeue(attempt, decision.code, decision.delayMs);
    case "reject":
      return journal.reject(attempt, "invalid_request", decision.message);
    case "deny":
      return journal.reject(attempt, decision.code, decision.message);
    case "lose_answer":
      return journal.unconfirm(attempt, "answer_lost", graceMs);
  }
}

/** The hint comes back only for a generation that waits for its own next attempt. */
function disposition(decision: SubmitDecision, outcome: VerbOutcome): Disposition {
  const waits = decision.kind === "not_sent" || decision.kind === "refuse";
  if (!waits || outcome.kind !== "changed" || outcome.status !== "queued") return DONE;
  return { kind: "snooze", delayMs: decision.delayMs };
}

/** What is only told must never stop what is done. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The observer's own trouble; there is nobody left to tell it.
  }
}

/** Random, short, and of hexadecimal digits only: it stands in history lines. */
function newFence(): string {
  return randomUUID().slice(0, 8);
}
