import {
  type AmbiguityPolicy,
  type AttemptRef,
  burstOf,
  type ErrorCode,
  type LaneLimits,
  NO_LIMITS,
  type RefusalCode,
  ulidOf,
} from "@apidot-queue/core";

import { HINT_SLACK_MS, type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";

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
}

/** What `begin` said. */
export type Begun =
  | {
      readonly kind: "begun";
      readonly attempt: AttemptOf;
      readonly lastError: ErrorCode | null;
      readonly refusalCount: number;
      readonly unresolvedCount: number;
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
      readonly reason: "paced" | "in_flight";
      readonly waitMs: number | null;
    }
  /** The hint is void: nothing is to be submitted. */
  | { readonly kind: "refused"; readonly reason: "unknown" | "not_queued" | "expired" };

/** The verbs of a submit attempt. Each is one atomic change, harmless when repeated. */
export interface AttemptVerbs {
  /** T2: stores the intent. @throws {JournalError} */
  begin(id: string, fence: string, limits: BeginLimits): Promise<Begun>;
  /** T3, T8: no byte left, or refused for now. @throws {JournalError} */
  requeue(
    attempt: AttemptOf,
    code: RefusalCode | "not_sent",
    delayMs: number,
  ): Promise<VerbOutcome>;
  /** T4, T4a: binds the task; the first poll is due after `firstPollMs`. @throws {JournalError} */
  accept(
    attempt: AttemptOf,
    taskId: string,
    times: { readonly deadlineMs: number; readonly firstPollMs: number },
  ): Promise<AcceptOutcome>;
  /** T5, T5a: refused for good, or the account was. @throws {JournalError} */
  reject(attempt: AttemptOf, code: RejectionCode, message: string): Promise<VerbOutcome>;
  /** T6, T7: sent, no answer; `graceMs` until it is decided. @throws {JournalError} */
  unconfirm(
    attempt: AttemptOf,
    code: "answer_lost" | "unanswered",
    graceMs: number,
  ): Promise<VerbOutcome>;
  /** T10, T11: the grace is over. `wake` is set when a new hint is due. @throws {JournalError} */
  endGrace(id: string, policy: AmbiguityPolicy, maxPaidAttempts: number): Promise<GraceOutcome>;
}

/** Codes of an outcome that is not retried. */
export type RejectionCode = "invalid_request" | "authentication_error" | "insufficient_credits";

/** `isExtra`: the generation had a task or was settled; this one is a second payment. */
export type AcceptOutcome = VerbOutcome & { readonly isExtra: boolean };

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
      );
      return readBegun(id, fence, reply);
    },
    requeue: async (attempt, code, delayMs) =>
      readOutcome(await access.run("requeue", ...about(attempt), code, delayMs, HINT_SLACK_MS)),
    accept: async (attempt, taskId, { deadlineMs, firstPollMs }) => {
      const reply = await access.run("accept", ...about(attempt), taskId, deadlineMs, firstPollMs);
      return { ...readOutcome(reply), isExtra: textAt(reply, 2) === "extra" };
    },
    reject: async (attempt, code, message) =>
      readOutcome(await access.run("reject", ...about(attempt), code, message)),
    unconfirm: async (attempt, code, graceMs) =>
      readOutcome(await access.run("unconfirm", ...about(attempt), code, graceMs)),
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

function readBegun(id: string, fence: string, reply: Parameters<typeof textAt>[0]): Begun {
  const kind = textAt(reply, 0);
  if (kind === "early") return { kind, waitMs: Number(textAt(reply, 1)) };
  if (kind === "busy") {
    const reason = textAt(reply, 1) === "paced" ? "paced" : "in_flight";
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
    request: JSON.parse(textAt(reply, 5)) as Extract<Begun, { kind: "begun" }>["request"],
  };
}
