import type { AccountCode, RefusalCode } from "../lifecycle/event.ts";
import type { SubmitOutcome } from "../upstream-outcome/submit-outcome.ts";
import { backoffMs, SUBMIT_BACKOFF } from "./backoff.ts";

/** What the outcome of a submit means for its generation; the journal records exactly one. */
export type SubmitDecision =
  /** Bind the task (T4). */
  | { readonly kind: "accept"; readonly taskId: string }
  /** Nothing was sent: try again after `delayMs` (T3, T8). */
  | { readonly kind: "not_sent"; readonly delayMs: number }
  /** Refused for now: try again after `delayMs` (T3). */
  | { readonly kind: "refuse"; readonly code: RefusalCode; readonly delayMs: number }
  /** Refused for good (T5). */
  | { readonly kind: "reject"; readonly message: string }
  /** The account was refused (T5a). */
  | { readonly kind: "deny"; readonly code: AccountCode; readonly message: string }
  /** It may have been accepted: never an immediate retry (T6). */
  | { readonly kind: "lose_answer" };

/** What the rule needs to know about the generation. */
export interface RefusalHistory {
  /** The last refusal's code, or null. */
  readonly lastError: string | null;
  /** How many of that code came in a row. */
  readonly refusalCount: number;
}

/**
 * The retry rule of submits, the whole of it: 400, 401 and 402 are never retried, 429, API-shaped
 * 5xx and what was not sent are, a lost answer is neither.
 *
 * @param random - uniform in [0, 1)
 */
export function decideAfterSubmit(
  outcome: SubmitOutcome,
  history: RefusalHistory,
  random: () => number,
): SubmitDecision {
  const delayMs = (code: string, retryAfterMs: number | null = null): number => {
    const count = history.lastError === code ? history.refusalCount + 1 : 1;
    return backoffMs(SUBMIT_BACKOFF, count, random, retryAfterMs);
  };
  switch (outcome.kind) {
    case "accepted":
      return { kind: "accept", taskId: outcome.taskId };
    case "not_sent":
      return { kind: "not_sent", delayMs: delayMs("not_sent") };
    case "throttled":
      return {
        kind: "refuse",
        code: "rate_limited",
        delayMs: delayMs("rate_limited", outcome.retryAfterMs),
      };
    case "unavailable":
      return {
        kind: "refuse",
        code: "upstream_unavailable",
        delayMs: delayMs("upstream_unavailable", outcome.retryAfterMs),
      };
    case "misconfigured":
      return {
        kind: "refuse",
        code: "upstream_misconfigured",
        delayMs: delayMs("upstream_misconfigured"),
      };
    case "rejected":
      return { kind: "reject", message: outcome.message };
    case "denied":
      return { kind: "deny", code: outcome.code, message: outcome.message };
    case "ambiguous":
      return { kind: "lose_answer" };
  }
}
