/** How long to wait for a sign of a submit that was sent and not answered. Milliseconds. */
export interface GraceSettings {
  /** A fixed grace for every attempt, or null for the rule below. */
  readonly confirmGraceMs: number | null;
  readonly policy: "resubmit" | "hold";
}

/** With fewer nobody knows how long a video takes. */
const FEWEST_DURATIONS = 30;
const SHORTEST_LEARNED_GRACE_MS = 120_000;

/**
 * The grace of an attempt that asked for a callback: it comes when the task is over, so the wait is
 * half as long again as the longest of the last 128 of its model, between 2 and 30
 * min; 30 min while fewer than 30 are known.
 *
 * @param durationsMs - of finished generations, from submitted to finished
 */
export function learnedGraceMs(durationsMs: readonly number[]): number {
  if (durationsMs.length < FEWEST_DURATIONS) return LONGEST_GRACE_MS;
  const learned = Math.ceil(Math.max(...durationsMs) * 1.5);
  return Math.min(Math.max(learned, SHORTEST_LEARNED_GRACE_MS), LONGEST_GRACE_MS);
}

/** A generation whose end a poll saw. Milliseconds since the epoch. */
export interface SeenEnd {
  readonly endedAt: number;
  /** When the upstream first called back about it; null when it has not. */
  readonly heardAt: number | null;
}

const ENDS_JUDGED = 20;
const CALLED_BACK_AT_LEAST = 18;
const CALLBACK_WITHIN_MS = 30_000;

/**
 * Whether so few callbacks come that a missing one proves nothing: of the last 20 ends that are 30 s
 * old, fewer than 18 had called back by then. With fewer than 20 nobody knows, and it counts as
 * healthy. A younger one is not judged even if it called back: where many end, none of those that did
 * not would be.
 *
 * @param ends - of generations that asked for a callback, the latest first
 */
export function isChannelSilent(ends: readonly SeenEnd[], now: number): boolean {
  const judged = ends
    .filter(({ endedAt }) => now >= endedAt + CALLBACK_WITHIN_MS)
    .slice(0, ENDS_JUDGED);
  const heard = judged.filter(
    ({ endedAt, heardAt }) => heardAt !== null && heardAt <= endedAt + CALLBACK_WITHIN_MS,
  );
  return judged.length === ENDS_JUDGED && heard.length < CALLED_BACK_AT_LEAST;
}

const FIRST_GRACE_MS = 5_000;
/** Nobody waits longer than this for a sign that cannot come. */
const LONGEST_GRACE_MS = 1_800_000;

/**
 * The grace of an attempt that asked for no callback: nothing can confirm it, so the wait only
 * outlasts a short outage. 5 s × 4^unresolved under `resubmit` (5, 20, 80 s, at most half an hour: most
 * outages end sooner than the attempts), none under `hold`.
 *
 * @param unresolvedCount - attempts of this generation that are unresolved already
 */
export function graceWithoutCallbackMs(settings: GraceSettings, unresolvedCount: number): number {
  if (settings.confirmGraceMs !== null) return settings.confirmGraceMs;
  if (settings.policy === "hold") return 0;
  return Math.min(FIRST_GRACE_MS * 4 ** unresolvedCount, LONGEST_GRACE_MS);
}
