import type { LaneEvent } from "./lane-event.ts";
import {
  HALT_REASONS,
  haltedMsUntil,
  type HaltReason,
  type LaneHalt,
  type LaneState,
  pollsRefusedMsUntil,
} from "./lane-state.ts";

/**
 * Applies one event to a lane. Pure and total: what does not concern the state returns it as it is.
 * The journal's scripts do the same in Redis; a test runs both side by side.
 */
export function laneTransition(state: LaneState, event: LaneEvent): LaneState {
  switch (event.type) {
    case "submit_refused":
      return event.epoch < state.epoch ? state : halted(state, event);
    case "poll_refused":
      return event.epoch < state.epoch ? state : withRefusedPolls(halted(state, event), event);
    case "poll_answered":
      // Where the base URL is in doubt, an answer of the one says nothing about the other.
      return state.halt?.reason === "base_url_changed" ? state : withPollsAllowed(state, event.at);
    case "poll_probed":
      return pollProbed(state, event);
    case "probe_begun":
      return probeBegun(state, event);
    case "probe_accepted":
      return event.epoch === state.epoch && state.halt?.reason === "insufficient_credits"
        ? opened(state, event.at)
        : state;
    case "base_url_changed": {
      const refusedPolls = state.refusedPolls ?? { since: event.at, nextProbeAt: null };
      return { ...halted(state, { ...event, reason: event.type }), refusedPolls };
    }
    case "key_replaced":
      return state.halt?.reason === "authentication_error" ? opened(state, event.at) : state;
    case "halted_by_hand":
      return halted(state, { ...event, reason: "by_hand" });
    case "resumed":
      return state.halt === null ? state : opened(state, event.at);
  }
}

/** Whether an attempt may begin as a probe now. */
export function mayProbe(state: LaneState, at: number, firstProbeMs: number): boolean {
  const { halt } = state;
  if (halt?.reason !== "insufficient_credits") return false;
  const plannedAt = halt.nextProbeAt ?? halt.since + firstProbeMs;
  return !isToCome(plannedAt - at, halt.probeIntervalMs ?? firstProbeMs);
}

/**
 * Whether what is planned in `leftMs` waits for its time. Further ahead than the pause before it, the
 * clock stepped back, and nobody waits for that.
 */
function isToCome(leftMs: number, pauseMs: number): boolean {
  return leftMs > 0 && leftMs <= pauseMs;
}

interface Halting {
  readonly at: number;
  readonly reason: HaltReason;
  readonly words?: string;
  readonly firstProbeMs?: number | null;
}

const strength = (reason: HaltReason): number => HALT_REASONS.indexOf(reason);

/** A reason gives way to a stronger one only; a person may say anew why. */
function halted(state: LaneState, halting: Halting): LaneState {
  const { reason, at, words = null, firstProbeMs = null } = halting;
  const { halt } = state;
  const isAnew = reason === "by_hand" && halt?.reason === reason;
  if (halt !== null && strength(reason) <= strength(halt.reason) && !isAnew) return state;
  const isProbed = reason === "insufficient_credits" && firstProbeMs !== null;
  const next: LaneHalt = {
    reason,
    since: halt?.since ?? at,
    words,
    nextProbeAt: isProbed ? at + firstProbeMs : null,
    probeIntervalMs: isProbed ? firstProbeMs : null,
  };
  return { ...state, halt: next };
}

function opened(state: LaneState, at: number): LaneState {
  return {
    ...withPollsAllowed(state, at),
    epoch: state.epoch + 1,
    halt: null,
    haltedMs: haltedMsUntil(state, at),
  };
}

/** 402 leaves the polls alone; a refused key would only be refused again. */
function withRefusedPolls(
  state: LaneState,
  { at, reason, pollProbeMs }: Extract<LaneEvent, { readonly type: "poll_refused" }>,
): LaneState {
  const known = state.refusedPolls;
  const firstProbeAt = reason === "authentication_error" ? at + pollProbeMs : null;
  return {
    ...state,
    refusedPolls: {
      since: known?.since ?? at,
      nextProbeAt: known?.nextProbeAt ?? firstProbeAt,
    },
  };
}

function withPollsAllowed(state: LaneState, at: number): LaneState {
  if (state.refusedPolls === null) return state;
  return { ...state, refusedPolls: null, pollsRefusedMs: pollsRefusedMsUntil(state, at) };
}

function pollProbed(
  state: LaneState,
  { at, pollProbeMs }: Extract<LaneEvent, { readonly type: "poll_probed" }>,
): LaneState {
  const { refusedPolls, halt } = state;
  if (refusedPolls === null || halt?.reason === "base_url_changed") return state;
  const { nextProbeAt } = refusedPolls;
  if (nextProbeAt === null || isToCome(nextProbeAt - at, pollProbeMs)) return state;
  return { ...state, refusedPolls: { ...refusedPolls, nextProbeAt: at + pollProbeMs } };
}

/** Each probe doubles the pause before the next, whatever becomes of it. */
function probeBegun(
  state: LaneState,
  event: Extract<LaneEvent, { readonly type: "probe_begun" }>,
): LaneState {
  const { at, firstProbeMs, longestProbeMs } = event;
  if (state.halt === null || !mayProbe(state, at, firstProbeMs)) return state;
  const intervalMs = Math.min((state.halt.probeIntervalMs ?? firstProbeMs) * 2, longestProbeMs);
  return {
    ...state,
    halt: { ...state.halt, nextProbeAt: at + intervalMs, probeIntervalMs: intervalMs },
  };
}
