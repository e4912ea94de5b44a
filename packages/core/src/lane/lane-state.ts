/**
 * Why a lane is halted, the weakest reason first: a stronger one takes the place of a weaker one.
 *
 * - `insufficient_credits`: a call was answered with 402. Probes may find that credits are back.
 * - `upstream_misconfigured`: a submit was answered with 404, 405, 410, 415 or a redirect.
 * - `authentication_error`: a call was answered with 401 or 403.
 * - `by_hand`: a person halted it and said why.
 * - `base_url_changed`: a worker came with another base URL while work was open.
 */
export const HALT_REASONS = [
  "insufficient_credits",
  "upstream_misconfigured",
  "authentication_error",
  "by_hand",
  "base_url_changed",
] as const;

/** @see HALT_REASONS */
export type HaltReason = (typeof HALT_REASONS)[number];

/** What is kept of a halt. Times are milliseconds since the epoch. */
export interface LaneHalt {
  readonly reason: HaltReason;
  /** Since when no attempt begins; a stronger reason does not change it. */
  readonly since: number;
  /** What the person said who halted it; null for any other reason. */
  readonly words: string | null;
  /** Not before this a probe may begin; null where none is planned. */
  readonly nextProbeAt: number | null;
  /** The pause before the probe that is planned, milliseconds; null before the first is planned. */
  readonly probeIntervalMs: number | null;
}

/** The status calls of a lane while the upstream refuses them. */
export interface RefusedPolls {
  /** Since when: deadlines stand still from then on. */
  readonly since: number;
  /** Not before this one poll may be made; null where all of them may. */
  readonly nextProbeAt: number | null;
}

/** The state of a lane, shared by all its workers. */
export interface LaneState {
  /**
   * Raised whenever the lane opens again. Every attempt carries the epoch in which it began: what the
   * account refused in an older one does not halt the lane.
   */
  readonly epoch: number;
  /** Null while the lane is open. */
  readonly halt: LaneHalt | null;
  /** How long the lane was halted before the present halt, in all. */
  readonly haltedMs: number;
  readonly refusedPolls: RefusedPolls | null;
  /** How long status calls were refused before the present time, in all. */
  readonly pollsRefusedMs: number;
}

/** A lane to which nothing happened yet. */
export const FRESH_LANE: LaneState = {
  epoch: 0,
  halt: null,
  haltedMs: 0,
  refusedPolls: null,
  pollsRefusedMs: 0,
};

/** @returns how long the lane was halted by `at`, in all. */
export function haltedMsUntil(state: LaneState, at: number): number {
  return state.haltedMs + (state.halt === null ? 0 : at - state.halt.since);
}

/** @returns how long status calls were refused by `at`, in all. */
export function pollsRefusedMsUntil(state: LaneState, at: number): number {
  return state.pollsRefusedMs + (state.refusedPolls === null ? 0 : at - state.refusedPolls.since);
}
