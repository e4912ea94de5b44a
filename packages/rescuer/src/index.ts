export type { RescuedLane, RescuePolicy } from "./lane.ts";
export type { Rescuer, RescuerOptions, RescuerSettings } from "./rescuer.ts";
export { DEFAULT_RESCUER, rescueRound } from "./rescuer.ts";
export type { LanePresence, LanePresenceOptions } from "./lane-presence.ts";
export { startLanePresence } from "./lane-presence.ts";
export { startObservedRescuer } from "./start-observed-rescuer.ts";
