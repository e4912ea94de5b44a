import type { AccountCode, LifecycleEvent, RefusalCode } from "../lifecycle/event.ts";

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
  | { readonly kind: "woken"; readonly at: number; readonly wake: number }
  | FoldedEntry;

/** What an attempt can come to that is queued again at once. */
export type FoldedCode = "not_sent" | RefusalCode | AccountCode;

/** Attempts that were refused or not sent, one after the other: what was many lines. */
export interface FoldedEntry {
  readonly kind: "folded";
  /** When the first of them began. */
  readonly at: number;
  /** When the last of them was recorded. */
  readonly lastAt: number;
  /** How many there were; 0 where only hints were made anew. */
  readonly refusalCount: number;
  /** Number of the last one; they have consecutive numbers. */
  readonly lastAttempt: number;
  /** Null when there were none. */
  readonly lastCode: FoldedCode | null;
  /** How many at the end had that code in a row. */
  readonly inARowCount: number;
  /** What the ones before came to, one for all of them; null when there were none before. */
  readonly otherCode: FoldedCode | null;
  readonly wakeAt: number;
  /** Wake-up hints that were lost and made anew meanwhile. */
  readonly wokenCount: number;
}
