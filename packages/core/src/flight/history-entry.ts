import type { LifecycleEvent } from "../lifecycle/event.ts";

/** What is kept of the exchange of one submit. Never anything that was sent or answered. */
export interface SubmitTrace {
  /** What the answer came to: the code in its body, where that differs. Null without a whole one. */
  readonly httpStatus: number | null;
  /** A constant word for how it broke, such as `connect_refused`; null when it did not. */
  readonly detail: string | null;
}

/** One line of a generation's history. Times are milliseconds since the epoch. */
export type HistoryEntry =
  /** The first line. */
  | { readonly kind: "enqueued"; readonly at: number }
  /** A change: applied in order through `transition`, these give the record. */
  | {
      readonly kind: "event";
      readonly at: number;
      readonly event: LifecycleEvent;
      /** Of a submit's outcome, where its line had room for it. */
      readonly trace?: SubmitTrace;
      /** Of a person's decision: the number of its words among the generation's. */
      readonly reasonNumber?: number;
    }
  /** An outcome of an attempt that was no longer current; it changed nothing. */
  | {
      readonly kind: "stale";
      readonly at: number;
      readonly outcome: string;
      readonly attempt: number;
      readonly trace?: SubmitTrace;
    }
  /** The upstream called back for an attempt; `look_ended`: what it named was not to be found. */
  | {
      readonly kind: "called_back" | "look_ended";
      readonly at: number;
      readonly attempt: number;
    }
  /** A wake-up hint was lost and made anew. */
  | { readonly kind: "woken"; readonly at: number; readonly wake: number };
