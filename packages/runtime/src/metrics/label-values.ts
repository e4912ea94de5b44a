import {
  FAILED_REASONS,
  type StatusOutcome,
  STATUSES,
  type SubmitOutcome,
  TERMINAL_STATUSES,
} from "@apidot-queue/core";

/** The keys of a record with one for each word of a union: the compiler sees that none is missing. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[];
}

/** What came of a submit whose bytes went out. */
export const SUBMIT_OUTCOMES = wordsOf<Exclude<SubmitOutcome["kind"], "not_sent">>({
  accepted: true,
  throttled: true,
  unavailable: true,
  rejected: true,
  denied: true,
  misconfigured: true,
  ambiguous: true,
});

/** What came of a status call. */
export const POLL_OUTCOMES = wordsOf<StatusOutcome["kind"]>({
  running: true,
  finished: true,
  failed: true,
  not_found: true,
  rejected: true,
  denied: true,
  throttled: true,
  unavailable: true,
});

/** Why the journal let an attempt not begin. */
export const BEGIN_REFUSALS = [
  "paced",
  "in_flight",
  "halted",
  "memory",
  "outage",
  "not_queued",
  "expired",
  "poison",
  "unknown",
] as const;

/** One of {@link BEGIN_REFUSALS}. */
export type BeginRefusal = (typeof BEGIN_REFUSALS)[number];

/** What came of a callback. */
export const CALLBACK_OUTCOMES = [
  "candidate",
  "poll_due",
  "late_due",
  "nothing",
  "unknown",
  "unreadable",
  "refused",
  "unavailable",
] as const;

/** One of {@link CALLBACK_OUTCOMES}. */
export type CallbackOutcome = (typeof CALLBACK_OUTCOMES)[number];

/** What came of a delivery of a notification, and that the last one was. */
export const NOTIFICATION_OUTCOMES = [
  "delivered",
  "gone",
  "redirected",
  "rejected",
  "failed",
  "timed_out",
  "unreachable",
  "forbidden",
  "given_up",
] as const;

/** What the rescuer moved. */
export const RESCUE_KINDS = ["hint", "unanswered", "grace", "expired", "retention"] as const;

/** One of {@link RESCUE_KINDS}. */
export type RescueKind = (typeof RESCUE_KINDS)[number];

/** What ends a submit before its first byte. */
export const NOT_SENT_REASONS = [
  "connect_refused",
  "connect_timeout",
  "dns_failed",
  "unreachable",
  "tls_failed",
  "certificate_refused",
  "connection_failed",
  "reset",
  "closed",
  "request_timeout",
  "too_late",
  "not_durable",
  "aborted",
  "client_closed",
  "connection_used",
  "sent_again",
  "guard_threw",
  "unsendable",
] as const;

/** What stands in the place of an HTTP status where no complete answer came. */
export const CALL_ENDS = [
  ...NOT_SENT_REASONS,
  "truncated",
  "header_too_large",
  "body_too_large",
  "unparsable_http",
  "unusable_task_id",
] as const;

/** The two calls of the upstream. */
export const CALLS = ["submit", "status"] as const;

/** Every status of a generation. */
export const ALL_STATUSES: readonly string[] = STATUSES;

/** The statuses of a generation that is settled. */
export const SETTLED_STATUSES: readonly string[] = TERMINAL_STATUSES;

/** Why a generation failed; empty for one that did not. */
export const SETTLED_REASONS: readonly string[] = ["", ...FAILED_REASONS];
