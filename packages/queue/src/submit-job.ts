import type { Priority } from "@apidot-queue/core";

/** The queue of submit hints, one per lane. */
export const SUBMIT_QUEUE = "submit";

/** All that a hint says; everything else is asked of the journal. */
export interface SubmitJobData {
  readonly id: string;
  /** Attempts begun when the hint was made; for people who look at the queue. */
  readonly attempt: number;
}

/** A hint to be added. */
export interface SubmitHint {
  readonly id: string;
  /** Number of the wake-up; a hint with a new number is a new job. */
  readonly wake: number;
  readonly priority: Priority;
  readonly attempt: number;
  /** Milliseconds to wait first. */
  readonly delayMs: number;
}

/** The job's id. A colon is not allowed in it, and a known id would be ignored silently. */
export function submitJobId(hint: Pick<SubmitHint, "id" | "wake">): string {
  return `${hint.id}_${hint.wake}`;
}
