/** How fast a lane may submit, and how many of its tasks may be out; null is no limit. */
export interface LaneLimits {
  /** Begun attempts per second, above 0; over any time at most this many and {@link burstOf} more. */
  readonly ratePerSecond: number | null;
  /** Generations that are submitting, unconfirmed or running; from 1. */
  readonly maxInFlight: number | null;
}

/** A lane without limits. */
export const NO_LIMITS: LaneLimits = { ratePerSecond: null, maxInFlight: null };

/** A fifth of a second: longer than a worker needs to notice that there is room again. */
const BURST_SECONDS = 0.2;

/**
 * How many attempts may begin at once after a pause: 1 below 5 per second, 5 at 20. A lane that could
 * never catch up would lose what its workers' timers are late by.
 */
export function burstOf(ratePerSecond: number): number {
  return 1 + Math.floor(ratePerSecond * BURST_SECONDS);
}

/** A shorter rest would ask for every single token, a longer one leave tokens unused. */
const MIN_REST_MS = 100;
/** Longer than this a worker shows no sign of life. */
const MAX_REST_MS = 10_000;
/** Room comes when a task ends, and nobody knows when that is. */
const ROOM_REST_MS = 500;

/**
 * How long a worker takes no hints of a lane that has no room.
 *
 * @param waitMs - until the next attempt may begin, or null when that is not known
 */
export function restOf(waitMs: number | null): number {
  return Math.min(Math.max(waitMs ?? ROOM_REST_MS, MIN_REST_MS), MAX_REST_MS);
}
