export { HALT_ADVICE } from "./halt-advice.ts";
export { laneObstacle } from "./lane-obstacle.ts";
export { haltRestOf } from "./halt-rest.ts";
export type { LaneEvent } from "./lane-event.ts";
export type { HaltReason, LaneHalt, LaneState, RefusedPolls } from "./lane-state.ts";
export { FRESH_LANE, HALT_REASONS } from "./lane-state.ts";
export { laneTransition, mayProbe } from "./lane-transition.ts";
