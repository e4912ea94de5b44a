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

/** @returns what a halted lane means for a generation that waits; null while the lane is open. */
export function haltObstacle(lane: string, { halt }: LaneState): LaneObstacle | null {
  if (halt === null) return null;
  return {
    words: WORDS[halt.reason],
    until: null,
    command: `apidot-queue lanes resume ${lane}`,
  };
}
