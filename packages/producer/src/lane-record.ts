import { HALT_ADVICE, type HaltReason } from "@apidot-queue/core";
import { isUnserved, type OpenStatus, type StoredLane } from "@apidot-queue/journal";

/** A lane as whoever looks after it sees it. */
export interface LaneRecord {
  readonly lane: string;
  /** Null while the lane is open. */
  readonly halt: {
    readonly reason: HaltReason;
    readonly since: Date;
    /** What the person said who halted it. */
    readonly words: string | null;
    /** Not before this a probe may begin; null where none is planned. */
    readonly nextProbeAt: Date | null;
    /** Whether a probe is planned and its time has come. */
    readonly isProbeDue: boolean;
  } | null;
  /** What a person does about it; null where there is nothing to be done. */
  readonly advice: string | null;
  /** How long it was halted in all, the present halt included. */
  readonly haltedMs: number;
  /** Since when the upstream refuses its status calls; null while it does not. */
  readonly pollsRefusedSince: Date | null;
  /** Submits per second that the upstream bears; null before it refused any for their number. */
  readonly pace: number | null;
  /** Nothing begins before: the upstream said when to come again. */
  readonly pausedUntil: Date | null;
  /** When one submit finds out whether an outage is over; null while there is none. */
  readonly outageProbeAt: Date | null;
  /** Generations that are not settled. */
  readonly counts: Readonly<Record<OpenStatus, number>>;
  /** What failed for key or credits and can be redriven. */
  readonly redrivableCount: number;
  /** Work waits, and no worker for it has been seen for a minute. */
  readonly isUnserved: boolean;
  readonly submitWorkerSeenAt: Date | null;
  readonly statusWorkerSeenAt: Date | null;
  /** Where its workers send their calls; null before the first came. */
  readonly baseUrl: string | null;
  /** Another one, with which a worker came while work was open. */
  readonly otherBaseUrl: string | null;
}

const UNSERVED = "Work waits and no worker for it has been seen for a minute: start one.";

const AWAY =
  "Most submits failed: one now and then finds out whether the upstream is back, and opens the lane.";

/** Makes a record of what the journal knows. */
export function toLaneRecord(lane: string, stored: StoredLane): LaneRecord {
  const { state, now } = stored;
  const { halt, haltedMs, refusedPolls } = state;
  const isWaiting = isUnserved(stored);
  const advice = [
    halt === null ? null : HALT_ADVICE[halt.reason],
    stored.outageProbeAt === null ? null : AWAY,
    isWaiting ? UNSERVED : null,
  ];
  return {
    lane,
    halt:
      halt === null
        ? null
        : {
            reason: halt.reason,
            since: new Date(halt.since),
            words: halt.words,
            nextProbeAt: dateOrNull(halt.nextProbeAt),
            isProbeDue: halt.nextProbeAt !== null && halt.nextProbeAt <= now,
          },
    advice: advice.filter((words) => words !== null).join(" ") || null,
    // A clock that stepped back makes the sum less than nothing, which is right for what compares it.
    haltedMs: Math.max(0, haltedMs + (halt === null ? 0 : now - halt.since)),
    pollsRefusedSince: dateOrNull(refusedPolls?.since ?? null),
    pace: stored.pace,
    pausedUntil: dateOrNull(stored.pausedUntil),
    outageProbeAt: dateOrNull(stored.outageProbeAt),
    counts: stored.counts,
    redrivableCount: stored.redrivableCount,
    isUnserved: isWaiting,
    submitWorkerSeenAt: dateOrNull(stored.submitWorkerSeenAt),
    statusWorkerSeenAt: dateOrNull(stored.statusWorkerSeenAt),
    baseUrl: stored.baseUrl,
    otherBaseUrl: stored.otherBaseUrl,
  };
}

function dateOrNull(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
