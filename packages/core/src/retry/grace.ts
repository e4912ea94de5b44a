/** How long to wait for a sign of a submit that was sent and not answered. Milliseconds. */
export interface GraceSettings {
  /** A fixed grace for every attempt, or null for the rule below. */
  readonly confirmGraceMs: number | null;
  readonly policy: "resubmit" | "hold";
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
