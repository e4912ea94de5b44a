import type { AttemptRef } from "./generation.ts";

/** What to do with a generation whose submit may have been paid. */
export type AmbiguityPolicy = "resubmit" | "hold";

/**
 * What ends a grace: the policy, or that so few callbacks come that a missing one proves nothing, or
 * that the upstream would not say whether it knows the task that one named.
 */
export type GracePolicy = AmbiguityPolicy | "channel_silent" | "look_unanswered";

/** Codes of a submit that was refused for now. */
export type RefusalCode = "rate_limited" | "upstream_unavailable" | "upstream_misconfigured";

/** Codes of the account's trouble. */
export type AccountCode = "authentication_error" | "insufficient_credits";

/**
 * Everything that can happen to a generation. `at` is the time of the journal, in milliseconds
 * since the epoch. Events of an attempt carry its number and fence; with a fence that is not the
 * current one, only `accepted` and `not_sent` change anything.
 */
export type LifecycleEvent =
  /** A submit worker begins an attempt (T2). */
  | ({ readonly type: "begun"; readonly at: number; readonly sendDeadlineAt: number } & AttemptRef)
  /** The submit deadline passed before an attempt could begin (T2a). */
  | { readonly type: "expired"; readonly at: number }
  /** The holder proves that no byte left (T3, T8). */
  | ({ readonly type: "not_sent"; readonly at: number; readonly wakeAt: number } & AttemptRef)
  /** The upstream refused for now (T3). */
  | ({
      readonly type: "refused";
      readonly at: number;
      readonly code: RefusalCode;
      readonly wakeAt: number;
    } & AttemptRef)
  /** The upstream accepted the task (T4, T4a). */
  | ({
      readonly type: "accepted";
      readonly at: number;
      readonly taskId: string;
      readonly deadlineAt: number;
    } & AttemptRef)
  /** The upstream refused the request for good (T5). */
  | ({ readonly type: "rejected"; readonly at: number } & AttemptRef)
  /** The upstream refused the account (T5a). `park`: back to queued instead of failed. */
  | ({
      readonly type: "denied";
      readonly at: number;
      readonly code: AccountCode;
      readonly park: boolean;
    } & AttemptRef)
  /** Sent, and the answer was lost (T6) or its holder fell silent (T7, `unanswered`). */
  | ({
      readonly type: "answer_lost";
      readonly at: number;
      readonly code: "answer_lost" | "unanswered";
      readonly graceEndAt: number;
    } & AttemptRef)
  /** The grace is over (T10, T11). */
  | {
      readonly type: "grace_ended";
      readonly at: number;
      readonly policy: GracePolicy;
      readonly maxPaidAttempts: number;
    }
  /**
   * A status call confirmed the task of a callback; the callback's URL named the attempt (T9). For a
   * generation that waits for no task it is one payment too many (T4a).
   */
  | {
      readonly type: "confirmed";
      readonly at: number;
      readonly attempt: number;
      readonly taskId: string;
      readonly deadlineAt: number;
    }
  /** A status call says finished (T12). */
  | { readonly type: "finished"; readonly at: number }
  /** A status call about a settled failure says finished after all (T9a). */
  | {
      readonly type: "finished_late";
      readonly at: number;
      readonly attempt: number | null;
      readonly taskId: string;
    }
  /** A status call says failed (T12). */
  | { readonly type: "task_failed"; readonly at: number }
  /** The deadline passed while running (T13a). */
  | { readonly type: "timed_out"; readonly at: number }
  /** The task cannot be followed (T13, T13b). */
  | {
      readonly type: "untraceable";
      readonly at: number;
      readonly reason: "task_not_found" | "status_rejected";
    }
  /** Attempts crashed the worker repeatedly. */
  | { readonly type: "poisoned"; readonly at: number }
  /** A person binds a known task (T14), and may say which unresolved attempt made it. */
  | {
      readonly type: "attached";
      readonly at: number;
      readonly attempt: number | null;
      readonly taskId: string;
      readonly deadlineAt: number;
    }
  /** A person sends it again (T14). */
  | { readonly type: "resubmitted"; readonly at: number }
  /** A person gives it up (T14). */
  | { readonly type: "abandoned"; readonly at: number }
  /** The caller no longer wants it (T15, T15a). */
  | { readonly type: "cancel_requested"; readonly at: number }
  /** A person sends failed ones again after the account was mended (T16). */
  | { readonly type: "redriven"; readonly at: number };

/** The name of an event. */
export type EventType = LifecycleEvent["type"];

/** Every event's name, once; the order of the lifecycle. */
export const EVENT_TYPES = [
  "begun",
  "expired",
  "not_sent",
  "refused",
  "accepted",
  "rejected",
  "denied",
  "answer_lost",
  "grace_ended",
  "confirmed",
  "finished",
  "finished_late",
  "task_failed",
  "timed_out",
  "untraceable",
  "poisoned",
  "attached",
  "resubmitted",
  "abandoned",
  "cancel_requested",
  "redriven",
] as const satisfies readonly EventType[];
