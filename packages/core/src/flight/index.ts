export { explain } from "./explain.ts";
export type {
  FlightAction,
  FlightAwaited,
  FlightFacts,
  FlightMoney,
  FlightPolls,
  FlightRecord,
  FlightStep,
  FlightSubmit,
  LaneObstacle,
  SubmitPhase,
} from "./flight-record.ts";
export { flightWords } from "./flight-words.ts";
export type { FoldedCode, HistoryEntry, SubmitTrace } from "./history-entry.ts";
export { eventsOf } from "./replay.ts";
