import type { ErrorCode } from "../errors/error-code.ts";
import type { FailedReason, HeldReason, Status } from "./status.ts";

/** One attempt: its number, from 1, and the random token of the process that began it. */
export interface AttemptRef {
  readonly attempt: number;
  readonly fence: string;
}

/** How soon a waiting generation is served. */
export type Priority = "high" | "normal" | "low";

/** How priorities are written in records and queues: the lower, the sooner. */
export const PRIORITY_NUMBERS: Readonly<Record<Priority, number>> = { high: 1, normal: 2, low: 3 };

/** What a generation has in every status. Times are milliseconds since the epoch. */
export interface GenerationFacts {
  readonly id: string;
  readonly lane: string;
  readonly model: string;
  readonly priority: Priority;
  readonly createdAt: number;
  /** Raised by every change of status, cancel request and extra task; from 1. */
  readonly version: number;
  /** How many attempts were begun. */
  readonly attempt: number;
  /**
   * Attempts that are over for us and may have been paid: sent, no answer known, no longer the
   * current one. The current attempt of `submitting` and `unconfirmed` is not among them.
   */
  readonly unresolved: readonly AttemptRef[];
  /** Which settlement of this generation is the next or the last one; from 1. */
  readonly settlement: number;
  readonly cancelRequestedAt: number | null;
  /** Task ids beyond the first: each is a second payment. */
  readonly extraTaskIds: readonly string[];
  /** The last refusal or loss, and how many of the same code came in a row: the backoff's input. */
  readonly lastError: ErrorCode | null;
  readonly refusalCount: number;
}

/** The task that a generation is bound to. */
export interface BoundTask {
  readonly taskId: string;
  readonly submittedAt: number;
}

/** Waits for a submit worker. */
export interface Queued extends GenerationFacts {
  readonly status: "queued";
  /** Not before this time. */
  readonly wakeAt: number;
}

/** One attempt is under way. */
export interface Submitting extends GenerationFacts {
  readonly status: "submitting";
  readonly fence: string;
  /** After this no byte of the attempt may be sent. */
  readonly sendDeadlineAt: number;
}

/** The attempt may have been accepted. */
export interface Unconfirmed extends GenerationFacts {
  readonly status: "unconfirmed";
  readonly fence: string;
  /** Until then a late answer is awaited. */
  readonly graceEndAt: number;
}

/** A person decides. */
export interface Held extends GenerationFacts {
  readonly status: "held";
  readonly reason: HeldReason;
  readonly heldAt: number;
  /** Present when the doubt is about a task that we know. */
  readonly task: BoundTask | null;
}

/** Bound to a task and followed by polls. */
export interface Running extends GenerationFacts {
  readonly status: "running";
  readonly task: BoundTask;
  readonly deadlineAt: number;
}

/** The files are stored. */
export interface Succeeded extends GenerationFacts {
  readonly status: "succeeded";
  readonly task: BoundTask;
  readonly settledAt: number;
}

/** Over without a result. */
export interface Failed extends GenerationFacts {
  readonly status: "failed";
  readonly reason: FailedReason;
  readonly task: BoundTask | null;
  readonly settledAt: number;
}

/** Given up by its caller; a task may still have been paid. */
export interface Canceled extends GenerationFacts {
  readonly status: "canceled";
  readonly task: BoundTask | null;
  readonly settledAt: number;
}

/** One video wanted by a caller of ours. Each arm has exactly the fields that exist then. */
export type Generation =
  | Queued
  | Submitting
  | Unconfirmed
  | Held
  | Running
  | Succeeded
  | Failed
  | Canceled;

/** The fields that only a generation of status `S` has, `status` included. */
export type Arm<S extends Status = Status> = S extends Status
  ? Omit<Extract<Generation, { readonly status: S }>, keyof GenerationFacts>
  : never;

/** @returns the task that the generation is bound to, or null. */
export function taskOf(generation: Generation): BoundTask | null {
  return "task" in generation ? generation.task : null;
}

/**
 * @returns how many submits of the generation may have been paid, as far as is known: the ones
 * without a known outcome, and the one whose task is known. The current attempt of `submitting`
 * and `unconfirmed` is not counted until it is over.
 */
export function paidAttempts(generation: Generation): number {
  return generation.unresolved.length + (taskOf(generation) === null ? 0 : 1);
}
