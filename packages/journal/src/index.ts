export type {
  AcceptOutcome,
  AttemptOf,
  AttemptVerbs,
  Begun,
  AccountErrorPolicy,
  BeginLimits,
  DenialRules,
  DenyOutcome,
  Grace,
  GraceOutcome,
  ProbePauses,
  RefusalSigns,
} from "./attempts.ts";
export { NO_SUBMIT_DEADLINE } from "./attempts.ts";
export type {
  CallbackNote,
  CallbackVerbs,
  ConfirmOutcome,
  DueLook,
  NotedCallback,
  SeenTask,
} from "./callback-verbs.ts";
export type { LaneFigure } from "./counters.ts";
export type { NewGeneration, Retry, Stored, StoredOptions, StoredRetry } from "./enqueue.ts";
export { listLanes } from "./enqueue.ts";
export type {
  Delivery,
  LoggedNotification,
  NextDelivery,
  Notification,
  NotificationKind,
  NotificationState,
  NotificationVerbs,
} from "./notifications.ts";
export { NOTIFICATION_KINDS } from "./notifications.ts";
export type { DecisionVerbs, KnownTask, ResubmitOutcome } from "./decisions.ts";
export type { LaneEvent } from "./events.ts";
export type { HeldKey, IdempotencyKeys, KeyReservation, Reservation } from "./idempotency.ts";
export { openIdempotencyKeys } from "./idempotency.ts";
export type { Journal } from "./journal.ts";
export { openJournal } from "./journal.ts";
export { JournalError } from "./journal-error.ts";
export { lanePrefix } from "./keys.ts";
export type {
  KnownHalt,
  LaneAccount,
  LaneVerbs,
  PollRefusal,
  Redriven,
  ServingWorker,
} from "./lane-verbs.ts";
export type { ListQuery, StoredPage } from "./list.ts";
export { LIST_POSITION } from "./list.ts";
export type { IgnoredReason, VerbOutcome } from "./outcome.ts";
export type { ClaimedPolls, DuePoll, PollVerbs, SettleOutcome, TaskEnd } from "./polls.ts";
export { POLL_PROBE_MS } from "./polls.ts";
export type { Overdue, RescueVerbs, Tick } from "./rescue.ts";
export type { Outlived, RetentionVerbs } from "./retention.ts";
export type { JournalConnection } from "./run-script.ts";
export type { StoredFlight } from "./stored-flight.ts";
export type { StoredGeneration } from "./stored-generation.ts";
export type { OpenStatus, StoredLane } from "./stored-lane.ts";
export { isUnserved } from "./stored-lane.ts";
