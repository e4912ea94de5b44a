export type {
  AccountCode,
  AmbiguityPolicy,
  EventType,
  GracePolicy,
  LifecycleEvent,
  RefusalCode,
} from "./event.ts";
export { enqueuedGeneration } from "./enqueued.ts";
export { EVENT_TYPES } from "./event.ts";
export type {
  AttemptRef,
  BoundTask,
  Canceled,
  Failed,
  Generation,
  GenerationFacts,
  Held,
  Priority,
  Queued,
  Running,
  Submitting,
  Succeeded,
  Unconfirmed,
} from "./generation.ts";
export { paidAttempts, PRIORITY_NUMBERS, taskOf } from "./generation.ts";
export type { FailedReason, HeldReason, Status } from "./status.ts";
export { FAILED_REASONS, HELD_REASONS, STATUSES } from "./status.ts";
export type { Transition } from "./transition.ts";
export { transition } from "./transition.ts";
export type { TerminalStatus, TransitionRow } from "./transitions.ts";
export { isTerminal, TERMINAL_STATUSES, TRANSITIONS } from "./transitions.ts";
