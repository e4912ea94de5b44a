import type { Exchange, StatusOutcome, SubmitOutcome } from "@apidot-queue/core";
import { redactMessage } from "./redact.ts";
import type { RequestFact } from "./upstream-options.ts";

/** What is known of a call besides its outcome. */
export interface CallFacts {
  /** From the call to its end, in milliseconds. */
  readonly durationMs: number;
  /** As HTTP had it, whatever the body says; null without a complete answer. */
  readonly httpStatus: number | null;
  /** Whether the request's first byte was handed to a connection. */
  readonly sent: boolean;
}

/** A submit: its outcome and what is known of the call. Messages are redacted. */
export interface SubmitReport extends CallFacts {
  readonly outcome: SubmitOutcome;
}

/** A status call: its outcome and what is known of the call. Messages are redacted. */
export interface StatusReport extends CallFacts {
  readonly outcome: StatusOutcome;
}

/** @param startedAt - when the call began, by `performance.now()` */
export function callFacts(exchange: Exchange, startedAt: number): CallFacts {
  return {
    durationMs: Math.max(0, performance.now() - startedAt),
    httpStatus: exchange.phase === "answered" ? exchange.httpStatus : null,
    sent: exchange.phase !== "not_sent",
  };
}

/** The label of a finished call. */
export function requestCode(exchange: Exchange): string {
  return exchange.phase === "answered" ? String(exchange.httpStatus) : exchange.detail;
}

/**
 * The outcome with its message, if it has one, made fit for a record.
 *
 * @param secrets - asked only when there is a message
 */
export function redactOutcome<Outcome extends SubmitOutcome | StatusOutcome>(
  outcome: Outcome,
  secrets: () => readonly string[],
): Outcome {
  if (!("message" in outcome) || outcome.message === null) return outcome;
  return { ...outcome, message: redactMessage(outcome.message, secrets()) };
}

/** Tells the hook, and never lets its mistake cost the caller an outcome. */
export function tell(hook: ((fact: RequestFact) => void) | undefined, fact: RequestFact): void {
  try {
    hook?.(fact);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : "onRequest threw", "UpstreamWarning");
  }
}
