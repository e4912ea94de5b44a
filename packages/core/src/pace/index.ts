export { burstOf, type LaneLimits, NO_LIMITS, restOf } from "./pace.ts";
export { afterAnswer, firstPace, type PacedAnswer, type PaceState } from "./adaptive-pace.ts";
