export type { RescuedLane, RescuePolicy } from "./lane.ts";
export type { Rescuer, RescuerOptions, RescuerSettings } from "./rescuer.ts";
export { DEFAULT_RESCUER, rescueRound } from "./rescuer.ts";
export { startObservedRescuer } from "./start-observed-rescuer.ts";
