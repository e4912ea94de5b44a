import type { AmbiguityPolicy } from "@apidot-queue/core";
import type { Journal } from "@apidot-queue/journal";
import type { SubmitQueue } from "@apidot-queue/queue";
import type { RescueKind } from "@apidot-queue/runtime";

/** A lane as the rescuer sees it. */
export interface RescuedLane {
  readonly journal: Journal;
  readonly queue: SubmitQueue;
}

/** The rules that the rescuer applies when nobody else did. Durations in milliseconds. */
export interface RescuePolicy {
  readonly ambiguity: AmbiguityPolicy;
  readonly maxPaidAttempts: number;
  /** A fixed grace, or null for the rule of the protocol. */
  readonly confirmGraceMs: number | null;
  /** Since created; 0 means never. */
  readonly submitDeadlineMs: number;
  /** From settled to forgotten. @defaultValue nothing is forgotten */
  readonly retentionMs?: number;
}

/** One chore: works through at most `limit` generations and tells how many it moved. */
export type Chore = (
  lane: RescuedLane,
  policy: RescuePolicy,
  limit: number,
) => Promise<Readonly<Partial<Record<RescueKind, number>>>>;
