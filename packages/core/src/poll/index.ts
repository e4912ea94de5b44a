export type {
  DoubtLimits,
  PollContext,
  PollDecision,
  PollDecisionSettings,
  PollDoubt,
  PollFacts,
} from "./decision.ts";
export { decideAfterPoll, DEFAULT_DOUBT_LIMITS, NO_POLLS } from "./decision.ts";
export type { PollScheduleSettings } from "./schedule.ts";
export { DEFAULT_POLL_SCHEDULE, nextPollDelayMs } from "./schedule.ts";
