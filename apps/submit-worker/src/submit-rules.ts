import { NO_SUBMIT_DEADLINE } from "@apidot-queue/journal";
import { type Config, pollSchedule, type PollVariables } from "@apidot-queue/runtime";

import type { SubmitLane } from "./submit-worker.ts";

/** The part of the configuration that rules submits; the standalone has the same names. */
type RulesConfig = Pick<
  Config<"submit-worker">,
  | "requestTimeoutMs"
  | "submitDeadlineMs"
  | "generationDeadlineMs"
  | "ambiguousSubmit"
  | "maxPaidAttempts"
  | "confirmGraceMs"
  | "submitRatePerSecond"
  | "maxInFlight"
  | "retentionDays"
  | "accountErrors"
  | "autoResume"
> &
  PollVariables;

const DAY_MS = 86_400_000;

/** When a lane without credits is probed. */
const CREDIT_PROBES = { firstMs: 60_000, longestMs: 900_000 };

/** @returns the rules of a lane's submits, from the environment. */
export function submitRules(config: RulesConfig): SubmitLane["rules"] {
  const { requestTimeoutMs, generationDeadlineMs } = config;
  return {
    requestTimeoutMs,
    submitDeadlineMs: config.submitDeadlineMs ?? NO_SUBMIT_DEADLINE,
    retentionMs: config.retentionDays * DAY_MS,
    generationDeadlineMs,
    ambiguity: config.ambiguousSubmit,
    maxPaidAttempts: config.maxPaidAttempts,
    confirmGraceMs: config.confirmGraceMs,
    polls: pollSchedule(config),
    lane: { ratePerSecond: config.submitRatePerSecond, maxInFlight: config.maxInFlight },
    accountErrors: config.accountErrors,
    probes: config.autoResume === "credits" ? CREDIT_PROBES : null,
  };
}
