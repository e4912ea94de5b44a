import { type EmulatorOptions, startEmulator } from "@apidot-queue/emulator";

import type { StandaloneUpstream } from "./standalone.ts";

/** The lane of the emulator. A process that has a key never works it. */
export const EMULATOR_LANE = "emulator";

/** An emulator that runs in this process, as an upstream. */
export interface EmulatedUpstream extends StandaloneUpstream {
  close(): Promise<void>;
}

/** Starts an emulator for the standalone. */
export async function startEmulatedUpstream(options: EmulatorOptions): Promise<EmulatedUpstream> {
  const emulator = await startEmulator(options);
  return {
    lane: EMULATOR_LANE,
    baseUrl: emulator.url,
    // Its port changes with each start, and what was queued for an emulator is for any.
    knownAs: "emulator",
    apiKey: options.keys?.[0] ?? "emulator",
    close: () => emulator.close(),
  };
}
