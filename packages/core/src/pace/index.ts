export { burstOf, type LaneLimits, NO_LIMITS, restOf } from "./pace.ts";
