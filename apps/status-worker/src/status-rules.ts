import { NO_SUBMIT_DEADLINE } from "@apidot-queue/journal";
import { type Config, pollSchedule, type PollVariables } from "@apidot-queue/runtime";

import type { StatusLane } from "./status-worker.ts";

/** The part of the configuration that rules polls; the standalone has the same names. */
type RulesConfig = Pick<
  Config<"status-worker">,
  | "ambiguousSubmit"
  | "maxPaidAttempts"
  | "confirmGraceMs"
  | "submitDeadlineMs"
  | "autoResume"
  | "generationDeadlineMs"
  | "retentionDays"
> &
  PollVariables;

const DAY_MS = 86_400_000;

/** After which the submits of a lane without credits are probed; submit workers have the same. */
const FIRST_PROBE_MS = 60_000;

/** @returns the rules of a lane's polls and rescues, from the environment. */
export function statusRules(
  config: RulesConfig,
): Pick<StatusLane, "schedule" | "rescue" | "firstProbeMs" | "generationDeadlineMs"> {
  return {
    schedule: pollSchedule(config),
    generationDeadlineMs: config.generationDeadlineMs,
    firstProbeMs: config.autoResume === "credits" ? FIRST_PROBE_MS : null,
    rescue: {
      ambiguity: config.ambiguousSubmit,
      maxPaidAttempts: config.maxPaidAttempts,
      confirmGraceMs: config.confirmGraceMs,
      submitDeadlineMs: config.submitDeadlineMs ?? NO_SUBMIT_DEADLINE,
      retentionMs: config.retentionDays * DAY_MS,
    },
  };
}
