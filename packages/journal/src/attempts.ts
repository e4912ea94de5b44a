import {
  type AccountCode,
  type AmbiguityPolicy,
  type AttemptRef,
  burstOf,
  type ErrorCode,
  type LaneLimits,
  NO_LIMITS,
  type RefusalCode,
  type SubmitTrace,
  ulidOf,
} from "@apidot-queue/core";

import { HINT_SLACK_MS, type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";
import { writeTrace } from "./submit-trace.ts";

/** An attempt of one generation: what every report about it carries. */
export interface AttemptOf extends AttemptRef {
  readonly id: string;
}

/** A submit deadline that never comes. */
export const NO_SUBMIT_DEADLINE = 0;

/** Limits of an attempt. Milliseconds. */
export interface BeginLimits {
  /** No byte may be sent later than this after `begin`. */
  readonly sendWithinMs: number;
  /** The outcome must be reported within this after the send deadline; else it is unanswered. */
  readonly answerWithinMs: number;
  /** Since created, or {@link NO_SUBMIT_DEADLINE}. */
  readonly submitDeadlineMs: number;
  /** What follows when this attempt stays unanswered; `hold` binds every process. */
  readonly policy: AmbiguityPolicy;
  /** @defaultValue none */
  readonly lane?: LaneLimits;
  /** Pauses between the probes of a lane without credits. @defaultValue none: it is not probed */
  readonly probes?: ProbePauses | null;
  /** Whether the attempt asks for a callback. @defaultValue false */
  readonly asksForCallback?: boolean;
  /** Where the attempt will go: the lane halts when it is another place than before. @defaultValue not compared */
  readonly baseUrl?: string;
}

/** When a lane that has no credits is probed: the pause doubles with each probe. Milliseconds. */
export interface ProbePauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** What `begin` said. */
export type Begun =
  | {
      readonly kind: "begun";
      readonly attempt: AttemptOf;
      readonly lastError: ErrorCode | null;
      readonly refusalCount: number;
      readonly unresolvedCount: number;
      /** The one attempt that a halted lane lets through to find out whether credits are back. */
      readonly isProbe: boolean;
      readonly request: {
        readonly model: string;
        readonly input: Readonly<Record<string, unknown>>;
      };
    }
  /** The hint came before the generation may be tried again. */
  | { readonly kind: "early"; readonly waitMs: number }
  /** The lane has no room; `waitMs` until it has, or null when nobody knows. Nothing was changed. */
  | {
      readonly kind: "busy";
      readonly reason: BusyReason;
      readonly waitMs: number | null;
    }
  /** The hint is void: nothing is to be submitted. */
  | { readonly kind: "refused"; readonly reason: "unknown" | "not_queued" | "expired" | "poison" };

/** Why a lane lets nothing begin now. */
type BusyReason = (typeof BUSY_REASONS)[number];

const BUSY_REASONS = ["paced", "in_flight", "halted", "memory", "outage"] as const;

/**
 * The verbs of a submit attempt. Each is one atomic change, harmless when repeated. Those that
 * report an outcome take a trace of the exchange for the history; nothing is decided by it.
 */
export interface AttemptVerbs {
  /** T2: stores the intent. @throws {JournalError} */
  begin(id: string, fence: string, limits: BeginLimits): Promise<Begun>;
  /** T3, T8: no byte left, or refused for now. @throws {JournalError} */
  requeue(
    attempt: AttemptOf,
    code: RefusalCode | "not_sent",
    delayMs: number,
    trace?: SubmitTrace | null,
    signs?: RefusalSigns,
  ): Promise<RequeueOutcome>;
  /** T4, T4a: binds the task; the first poll is due after `firstPollMs`. @throws {JournalError} */
  accept(
    attempt: AttemptOf,
    taskId: string,
    times: { readonly deadlineMs: number; readonly firstPollMs: number },
    trace?: SubmitTrace | null,
  ): Promise<AcceptOutcome>;
  /** T5: refused for good. @throws {JournalError} */
  reject(
    attempt: AttemptOf,
    code: "invalid_request",
    message: string,
    trace?: SubmitTrace | null,
  ): Promise<VerbOutcome>;
  /** T5a: the account was refused; the lane halts. @throws {JournalError} */
  deny(
    attempt: AttemptOf,
    code: AccountCode,
    message: string,
    rules: DenialRules,
    trace?: SubmitTrace | null,
  ): Promise<DenyOutcome>;
  /** T6, T7: sent, no answer; the grace begins. @throws {JournalError} */
  unconfirm(
    attempt: AttemptOf,
    code: "answer_lost" | "unanswered",
    grace: Grace,
    trace?: SubmitTrace | null,
  ): Promise<VerbOutcome>;
  /** T10, T11: the grace is over. `wake` is set when a new hint is due. @throws {JournalError} */
  endGrace(id: string, policy: AmbiguityPolicy, maxPaidAttempts: number): Promise<GraceOutcome>;
}

/**
 * How long a submit without an answer may still be confirmed, milliseconds. A number holds whether
 * the attempt asked for a callback or not; with one, null is what the journal has learned of its
 * model.
 */
export type Grace =
  | number
  | { readonly withoutCallbackMs: number; readonly withCallbackMs: number | null };

/** What a refusal says of the upstream. */
export interface RefusalSigns {
  /** After which it said to come again; nothing of the lane begins before. Milliseconds. */
  readonly retryAfterMs: number | null;
  /** Whether it speaks of an outage: not reached, or unable to serve. */
  readonly isOutage: boolean;
}

const NO_SIGNS: RefusalSigns = { retryAfterMs: null, isOutage: false };

/** What follows a refusal of the account. */
export interface DenialRules {
  /** Whether the generation fails, or waits behind the halted lane. A probe always waits. */
  readonly policy: AccountErrorPolicy;
  /** After which credits are first probed, or null. Milliseconds. */
  readonly firstProbeMs: number | null;
  /** A digest of the key that was refused; empty when nobody compares keys. */
  readonly keyDigest: string;
}

/** @see DenialRules */
export type AccountErrorPolicy = "fail" | "park";

/** `isLaneHalted`: this refusal halted the lane, or made the reason a stronger one. */
type RequeueOutcome = VerbOutcome & { readonly isLaneHalted: boolean };

/** `isLaneOpen`: the attempt was of an older epoch, and the lane is open by now. */
export type DenyOutcome = RequeueOutcome & { readonly isLaneOpen: boolean };

/**
 * `isExtra`: the generation had a task or was settled; this one is a second payment.
 * `isLaneOpened`: it was the probe that shows that credits are back.
 */
export type AcceptOutcome = VerbOutcome & {
  readonly isExtra: boolean;
  readonly isLaneOpened: boolean;
};

/** `wake`: number of the hint that is now due, or null. */
export type GraceOutcome = VerbOutcome & { readonly wake: number | null };

/** @returns the verbs of attempts for one lane. */
export function attemptVerbs(access: LaneAccess): AttemptVerbs {
  const about = (attempt: AttemptOf): [string, number, string] => [
    ulidOf(attempt.id),
    attempt.attempt,
    attempt.fence,
  ];
  return {
    begin: async (id, fence, limits) => {
      const { ratePerSecond, maxInFlight } = limits.lane ?? NO_LIMITS;
      const reply = await access.run(
        "begin",
        ulidOf(id),
        fence,
        limits.sendWithinMs,
        limits.answerWithinMs,
        limits.submitDeadlineMs,
        limits.policy,
        ratePerSecond ?? "",
        ratePerSecond === null ? "" : burstOf(ratePerSecond),
        maxInFlight ?? "",
        limits.probes?.firstMs ?? "",
        limits.probes?.longestMs ?? "",
        limits.baseUrl ?? "",
        limits.asksForCallback === true ? "1" : "",
      );
      return readBegun(id, fence, reply);
    },
    requeue: async (attempt, code, delayMs, trace = null, signs = NO_SIGNS) => {
      const args = [...about(attempt), code, delayMs, HINT_SLACK_MS, writeTrace(trace)];
      const said = [signs.retryAfterMs ?? "", signs.isOutage ? "1" : ""];
      const reply = await access.run("requeue", ...args, ...said);
      return { ...readOutcome(reply), isLaneHalted: isWord(reply, 2, "halted") };
    },
    accept: async (attempt, taskId, { deadlineMs, firstPollMs }, trace = null) => {
      const args = [...about(attempt), taskId, deadlineMs, firstPollMs, writeTrace(trace)];
      const reply = await access.run("accept", ...args);
      return {
        ...readOutcome(reply),
        isExtra: isWord(reply, 2, "extra"),
        isLaneOpened: isWord(reply, 3, "opened"),
      };
    },
    reject: async (attempt, code, message, trace = null) =>
      readOutcome(await access.run("reject", ...about(attempt), code, message, writeTrace(trace))),
    deny: async (attempt, code, message, { policy, firstProbeMs, keyDigest }, trace = null) => {
      const args = [...about(attempt), code, message, writeTrace(trace)];
      const rules = [policy, HINT_SLACK_MS, firstProbeMs ?? "", keyDigest];
      const reply = await access.run("reject", ...args, ...rules);
      return {
        ...readOutcome(reply),
        isLaneHalted: isWord(reply, 2, "halted"),
        isLaneOpen: isWord(reply, 2, "open"),
      };
    },
    unconfirm: async (attempt, code, grace, trace = null) => {
      const [without, withCallback] =
        typeof grace === "number"
          ? [grace, grace]
          : [grace.withoutCallbackMs, grace.withCallbackMs];
      const args = [...about(attempt), code, without, writeTrace(trace), withCallback ?? ""];
      return readOutcome(await access.run("unconfirm", ...args));
    },
    endGrace: async (id, policy, maxPaidAttempts) => {
      const reply = await access.run(
        "end-grace",
        ulidOf(id),
        policy,
        maxPaidAttempts,
        HINT_SLACK_MS,
      );
      const wake = textAt(reply, 2);
      return { ...readOutcome(reply), wake: wake === "" ? null : Number(wake) };
    },
  };
}

/** An ignored report has its reason in another place: no word of these. */
function isWord(reply: Parameters<typeof textAt>[0], index: number, word: string): boolean {
  return textAt(reply, 0) === "changed" && textAt(reply, index) === word;
}

function readBegun(id: string, fence: string, reply: Parameters<typeof textAt>[0]): Begun {
  const kind = textAt(reply, 0);
  if (kind === "early") return { kind, waitMs: Number(textAt(reply, 1)) };
  if (kind === "busy") {
    const word = textAt(reply, 1);
    const reason = BUSY_REASONS.find((known) => known === word) ?? "in_flight";
    const waitMs = textAt(reply, 2);
    return { kind, reason, waitMs: waitMs === "" ? null : Number(waitMs) };
  }
  if (kind === "refused") {
    return { kind, reason: textAt(reply, 1) as Extract<Begun, { kind: "refused" }>["reason"] };
  }
  const lastError = textAt(reply, 2);
  return {
    kind: "begun",
    attempt: { id, attempt: Number(textAt(reply, 1)), fence },
    lastError: lastError === "" ? null : (lastError as ErrorCode),
    refusalCount: Number(textAt(reply, 3)),
    unresolvedCount: Number(textAt(reply, 4)),
    isProbe: textAt(reply, 6) === "1",
    request: JSON.parse(textAt(reply, 5)) as Extract<Begun, { kind: "begun" }>["request"],
  };
}
