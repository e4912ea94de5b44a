import type { LaneObstacle } from "../flight/flight-record.ts";
import type { HaltReason, LaneState } from "./lane-state.ts";

/** Without a person's own words: whoever reads an explanation may be a caller. */
const WORDS: Readonly<Record<HaltReason, string>> = {
  insufficient_credits: "The lane is halted: the balance does not cover a submit.",
  upstream_misconfigured: "The lane is halted: its address does not answer like the API.",
  authentication_error: "The lane is halted: the upstream refuses its key.",
  by_hand: "The lane is halted by a person.",
  base_url_changed: "The lane is halted: its base URL changed while work was open.",
};

const PAUSED = "The upstream asked for a pause: nothing is submitted before it is over.";
const AWAY = "The upstream is away: one submit now and then finds out whether it still is.";

/** What may hold an open lane back. Milliseconds since the epoch; null where it does not. */
export interface LanePauses {
  /** When the next submit may find out whether an outage is over. */
  readonly outageProbeAt: number | null;
  /** Until when the upstream asked for a pause. */
  readonly pausedUntil: number | null;
}

/**
 * @param now - milliseconds since the epoch, by the clock of the journal
 * @returns what keeps the lane from letting a waiting generation begin; null while nothing does
 */
export function laneObstacle(
  lane: string,
  { halt }: LaneState,
  { outageProbeAt, pausedUntil }: LanePauses,
  now: number,
): LaneObstacle | null {
  if (halt !== null) {
    const command = `apidot-queue lanes resume ${lane}`;
    return { words: WORDS[halt.reason], until: null, command };
  }
  if (outageProbeAt !== null) return { words: AWAY, until: outageProbeAt, command: null };
  const isPaused = pausedUntil !== null && pausedUntil > now;
  return isPaused ? { words: PAUSED, until: pausedUntil, command: null } : null;
}
