export type { EmulatedUpstream } from "./emulated-upstream.ts";
export { EMULATOR_LANE, startEmulatedUpstream } from "./emulated-upstream.ts";
export type { Standalone, StandaloneOptions, StandaloneUpstream } from "./standalone.ts";
export { startStandalone } from "./standalone.ts";
