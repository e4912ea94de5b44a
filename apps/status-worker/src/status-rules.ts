import { NO_SUBMIT_DEADLINE } from "@apidot-queue/journal";
import { type Config, pollSchedule, type PollVariables } from "@apidot-queue/runtime";

import type { StatusLane } from "./status-worker.ts";

/** The part of the configuration that rules polls; the standalone has the same names. */
type RulesConfig = Pick<
  Config<"status-worker">,
  "ambiguousSubmit" | "maxPaidAttempts" | "confirmGraceMs" | "submitDeadlineMs"
> &
  PollVariables;

/** @returns the rules of a lane's polls and rescues, from the environment. */
export function statusRules(config: RulesConfig): Pick<StatusLane, "schedule" | "rescue"> {
  return {
    schedule: pollSchedule(config),
    rescue: {
      ambiguity: config.ambiguousSubmit,
      maxPaidAttempts: config.maxPaidAttempts,
      confirmGraceMs: config.confirmGraceMs,
      submitDeadlineMs: config.submitDeadlineMs ?? NO_SUBMIT_DEADLINE,
    },
  };
}
