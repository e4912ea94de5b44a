import { randomUUID } from "node:crypto";

import type { CallbackAddress } from "@apidot-queue/callback";
import {
  decideAfterSubmit,
  type Disposition,
  DONE,
  graceWithoutCallbackMs,
  haltRestOf,
  type LaneLimits,
  nextPollDelayMs,
  type PollScheduleSettings,
  restOf,
  type SubmitDecision,
  type SubmitTrace,
} from "@apidot-queue/core";
import {
  type AccountErrorPolicy,
  type Begun,
  type Journal,
  JournalError,
  type ProbePauses,
  type RefusalSigns,
  type VerbOutcome,
} from "@apidot-queue/journal";
import type { DiskMark, DiskWait } from "@apidot-queue/redis";
import type { SubmitReport, Upstream } from "@apidot-queue/upstream";

import type { LaneGate } from "./lane-gate.ts";
import {
  ANSWER_MARGIN_MS,
  openSendWindow,
  SEND_WITHIN_MS,
  type SendWindow,
} from "./send-window.ts";
import type { SubmitObserver } from "./submit-observer.ts";
import type { UnstoredTasks } from "./unstored-tasks.ts";

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
  /** What becomes of a generation whose submit the account was refused. @defaultValue fail */
  readonly accountErrors?: AccountErrorPolicy;
  /** When a lane without credits is probed; null for never. @defaultValue null */
  readonly probes?: ProbePauses | null;
}

/** What the handler works with. */
export interface SubmitParts {
  readonly journal: Journal;
  readonly upstream: Upstream;
  readonly rules: SubmitRules;
  /** Where an attempt asks to be called back; null for nowhere. */
  readonly callbackUrl: CallbackAddress | null;
  readonly observer: SubmitObserver;
  /** Of this process. */
  readonly gate: LaneGate;
  /** The lane is open again: nobody has to rest any longer. */
  readonly endRest: () => Promise<void>;
  /** Where a paid task goes that cannot be stored. */
  readonly unstored: Pick<UnstoredTasks, "keep">;
  /** Waits for Redis's disk. */
  readonly disk: DiskWait;
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
  const { begun, window, isDurable } = asked;
  const callbackUrl = parts.callbackUrl?.(begun.attempt);
  // A lost lock only matters before the first byte: after it the answer is worth waiting for.
  const report = await parts.upstream.submit(
    { ...begun.request, callbackUrl },
    { beforeSend: () => (isDurable ? window.isOpen() : NOT_DURABLE) },
  );
  // Nothing may come between a paid answer and its record.
  quietly(() => parts.observer.answered(begun.attempt, begun.request.model, report));

  const decision = decideAfterSubmit(report.outcome, begun, parts.random);
  const storing = parts.untilStored(() => recordOnDisk(begun, decision, report, parts));
  const outcome = await storing.catch((error: unknown) => {
    // The process ends and Redis is away: what was paid for must not end with it.
    if (decision.kind === "accept") {
      parts.unstored.keep({ attempt: begun.attempt, taskId: decision.taskId });
    }
    throw error;
  });
  quietly(() => parts.observer.recorded(begun.attempt, decision, outcome));
  if ("isLaneOpened" in outcome && outcome.isLaneOpened) await endRest(parts);
  return disposition(decision, outcome, parts);
}

/** A refused begin closes the gate for so long: the hints in hand go back without asking. */
const HALTED_GATE_MS = 250;

function limitsOf({ rules, upstream, callbackUrl }: SubmitParts): Parameters<Journal["begin"]>[2] {
  return {
    sendWithinMs: SEND_WITHIN_MS,
    answerWithinMs: rules.requestTimeoutMs + ANSWER_MARGIN_MS,
    submitDeadlineMs: rules.submitDeadlineMs,
    policy: rules.ambiguity,
    lane: rules.lane,
    probes: rules.probes ?? null,
    asksForCallback: callbackUrl !== null,
    baseUrl: upstream.account.baseUrl,
  };
}

/** An attempt that may be sent, if it is on disk. */
interface Asked {
  readonly begun: Granted;
  readonly window: SendWindow;
  readonly isDurable: boolean;
}

/** Asks the journal, by way of the gate, and waits until the intent is on disk. */
async function askToBegin(
  id: string,
  signal: AbortSignal,
  parts: SubmitParts,
): Promise<Disposition | Asked> {
  const mark = parts.disk.mark();
  const ask = async () => {
    const window = openSendWindow(signal);
    const begun = await parts.journal.begin(id, newFence(), limitsOf(parts));
    if (begun.kind === "begun") {
      // The lane is halted for all others.
      if (begun.isProbe) parts.gate.close(haltRestOf(null), HALTED_GATE_MS);
      return { begun, window };
    }
    return afterRefusedBegin(begun, parts);
  };
  const asked = await parts.gate.ask(ask);
  return "kind" in asked ? asked : { ...asked, isDurable: await isOnDisk(parts, mark) };
}

async function isOnDisk({ disk }: SubmitParts, mark: DiskMark): Promise<boolean> {
  try {
    await disk.until(mark);
    return true;
  } catch {
    return false;
  }
}

/** Why an attempt was not sent whose intent may be lost with the server. */
const NOT_DURABLE = "not_durable";

/** A task id is only stored once it is on disk; the server may be another one by then. */
async function recordOnDisk(
  begun: Granted,
  decision: SubmitDecision,
  report: SubmitReport,
  parts: SubmitParts,
): Promise<VerbOutcome> {
  const mark = parts.disk.mark();
  const outcome = await record(begun, decision, report, parts);
  if (decision.kind === "accept" && !(await isOnDisk(parts, mark))) {
    throw new JournalError("unknown", "a task id is stored, and perhaps not on disk");
  }
  return outcome;
}

/** A hint that begins nothing is void, unless it came too early or the lane has no room. */
function afterRefusedBegin(begun: Exclude<Begun, Granted>, parts: SubmitParts): Disposition {
  if (begun.kind === "early") return { kind: "snooze", delayMs: begun.waitMs };
  parts.observer.refused(begun.reason);
  if (begun.kind === "refused") return DONE;
  if (begun.reason === "halted") return restOfHalt(begun.waitMs, parts);
  const restMs = restOf(begun.waitMs);
  parts.gate.close(restMs);
  return { kind: "rest", restMs };
}

/** The queue rests; whoever resumes the lane ends that, so the gate is not closed for as long. */
function restOfHalt(waitMs: number | null, { gate }: SubmitParts): Disposition {
  const restMs = haltRestOf(waitMs);
  gate.close(restMs, HALTED_GATE_MS);
  return { kind: "rest", restMs };
}

/** Nothing depends on it: the rest ends by itself within seconds. */
async function endRest({ endRest: end }: SubmitParts): Promise<void> {
  await end().catch(() => undefined);
}

/** Writes what became of the attempt; each verb is harmless when repeated. */
async function record(
  { attempt, unresolvedCount }: Granted,
  decision: SubmitDecision,
  report: SubmitReport,
  { journal, upstream, rules, random }: SubmitParts,
): Promise<VerbOutcome> {
  const { confirmGraceMs, ambiguity: policy } = rules;
  const grace = {
    withoutCallbackMs: graceWithoutCallbackMs({ confirmGraceMs, policy }, unresolvedCount),
    withCallbackMs: confirmGraceMs,
  };
  const trace = traceOf(report);
  switch (decision.kind) {
    case "accept": {
      const times = {
        deadlineMs: rules.generationDeadlineMs,
        firstPollMs: nextPollDelayMs(rules.polls, 0, random),
      };
      const outcome = await journal.accept(attempt, decision.taskId, times, trace);
      const isTaken = outcome.kind === "ignored" && outcome.reason === "task_taken";
      // A task id that another generation owns says nothing about ours.
      return isTaken ? journal.unconfirm(attempt, "answer_lost", grace, trace) : outcome;
    }
    case "not_sent":
      return journal.requeue(attempt, "not_sent", decision.delayMs, trace, signsOf(report));
    case "refuse":
      return journal.requeue(attempt, decision.code, decision.delayMs, trace, signsOf(report));
    case "reject":
      return journal.reject(attempt, "invalid_request", decision.message, trace);
    case "deny":
      return journal.deny(
        attempt,
        decision.code,
        decision.message,
        {
          policy: rules.accountErrors ?? "fail",
          firstProbeMs: rules.probes?.firstMs ?? null,
          keyDigest: upstream.account.keyDigest,
        },
        trace,
      );
    case "lose_answer":
      return journal.unconfirm(attempt, "answer_lost", grace, trace);
  }
}

/** Ends of a submit before its first byte that are our own doing. */
const OUR_OWN: ReadonlySet<string> = new Set([
  "too_late",
  NOT_DURABLE,
  "aborted",
  "client_closed",
  "connection_used",
  "sent_again",
  "guard_threw",
  "unsendable",
]);

/** What a refusal, or not reaching it, says of the upstream. */
function signsOf({ outcome }: SubmitReport): RefusalSigns {
  const isUnreached = outcome.kind === "not_sent" && !OUR_OWN.has(outcome.detail);
  return {
    retryAfterMs: outcome.kind === "throttled" ? outcome.retryAfterMs : null,
    isOutage: isUnreached || outcome.kind === "unavailable",
  };
}

/** What is kept of the exchange for whoever asks later; nothing of the request or the answer. */
function traceOf({ httpStatus, outcome }: SubmitReport): SubmitTrace {
  const status = "httpStatus" in outcome ? outcome.httpStatus : httpStatus;
  return { httpStatus: status, detail: "detail" in outcome ? outcome.detail : null };
}

/**
 * The hint comes back only for a generation that waits for its own next attempt; one that was parked
 * keeps its place in the queue of the halted lane.
 */
function disposition(
  decision: SubmitDecision,
  outcome: VerbOutcome,
  parts: SubmitParts,
): Disposition {
  if (outcome.kind !== "changed" || outcome.status !== "queued") return DONE;
  if (decision.kind === "deny") {
    const isOpen = "isLaneOpen" in outcome && outcome.isLaneOpen === true;
    return isOpen ? { kind: "snooze", delayMs: 0 } : restOfHalt(null, parts);
  }
  const waits = decision.kind === "not_sent" || decision.kind === "refuse";
  return waits ? { kind: "snooze", delayMs: decision.delayMs } : DONE;
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
