import type { PollScheduleSettings } from "@apidot-queue/core";

import type { Config } from "./load-config.ts";

/** The variables that set the schedule of polls. */
export type PollVariables = Pick<
  Config<"status-worker">,
  "pollBaseMs" | "pollFactor" | "pollCapMs" | "pollMinMs"
>;

/** @returns the schedule of polls, from the environment. */
export function pollSchedule(config: PollVariables): PollScheduleSettings {
  return {
    baseMs: config.pollBaseMs,
    factor: config.pollFactor,
    capMs: config.pollCapMs,
    minMs: config.pollMinMs,
  };
}
