import type { EventType } from "./event.ts";
import type { Status } from "./status.ts";

/** Where an event may take a generation, by the rule of the protocol that says so. */
export interface TransitionRow {
  /** The number of the rule. */
  readonly rule: string;
  /** Every status that this event can lead to from here; the same status means facts only. */
  readonly to: readonly Status[];
}

type Row = Readonly<Partial<Record<EventType, TransitionRow>>>;

/** A second task id for a generation that no longer waits for one. */
const EXTRA_TASK = (status: Status): Row => ({
  accepted: { rule: "T4a", to: [status] },
  confirmed: { rule: "T4a", to: [status] },
});

/**
 * The whole lifecycle. An event without a row changes nothing. Guards choose among the targets of
 * a row: an unresolved attempt turns `failed` into `held`, a cancel request turns either into
 * `canceled`.
 */
export const TRANSITIONS: Readonly<Record<Status, Row>> = {
  queued: {
    begun: { rule: "T2", to: ["submitting"] },
    expired: { rule: "T2a", to: ["failed", "held"] },
    not_sent: { rule: "T8", to: ["queued"] },
    accepted: { rule: "T4", to: ["running"] },
    confirmed: { rule: "T9", to: ["running"] },
    poisoned: { rule: "poison", to: ["held"] },
    cancel_requested: { rule: "T15", to: ["canceled"] },
  },
  submitting: {
    not_sent: { rule: "T3", to: ["queued", "submitting", "canceled"] },
    refused: { rule: "T3", to: ["queued", "canceled"] },
    accepted: { rule: "T4", to: ["running"] },
    confirmed: { rule: "T9", to: ["running"] },
    rejected: { rule: "T5", to: ["failed", "held", "canceled"] },
    denied: { rule: "T5a", to: ["failed", "held", "queued", "canceled"] },
    answer_lost: { rule: "T6, T7", to: ["unconfirmed"] },
    cancel_requested: { rule: "T15a", to: ["submitting"] },
  },
  unconfirmed: {
    not_sent: { rule: "T8", to: ["queued", "unconfirmed", "canceled"] },
    refused: { rule: "T3", to: ["queued", "canceled"] },
    rejected: { rule: "T5", to: ["failed", "held", "canceled"] },
    denied: { rule: "T5a", to: ["failed", "held", "queued", "canceled"] },
    accepted: { rule: "T4", to: ["running"] },
    confirmed: { rule: "T9", to: ["running"] },
    grace_ended: { rule: "T10, T11", to: ["held", "queued", "canceled"] },
    cancel_requested: { rule: "T15a", to: ["unconfirmed"] },
  },
  held: {
    not_sent: { rule: "T8", to: ["held"] },
    accepted: { rule: "T4, T4a", to: ["running", "held"] },
    confirmed: { rule: "T9, T4a", to: ["running", "held"] },
    attached: { rule: "T14", to: ["running"] },
    resubmitted: { rule: "T14", to: ["queued"] },
    abandoned: { rule: "T14", to: ["failed"] },
    cancel_requested: { rule: "T15", to: ["canceled"] },
  },
  running: {
    not_sent: { rule: "T8", to: ["running"] },
    ...EXTRA_TASK("running"),
    finished: { rule: "T12", to: ["succeeded", "canceled"] },
    task_failed: { rule: "T12", to: ["failed", "canceled"] },
    untraceable: { rule: "T13, T13b", to: ["held", "canceled"] },
    timed_out: { rule: "T13a", to: ["failed", "canceled"] },
    cancel_requested: { rule: "T15a", to: ["running"] },
  },
  succeeded: { ...EXTRA_TASK("succeeded"), not_sent: { rule: "T8", to: ["succeeded"] } },
  failed: {
    ...EXTRA_TASK("failed"),
    not_sent: { rule: "T8", to: ["failed"] },
    finished_late: { rule: "T9a", to: ["succeeded"] },
    redriven: { rule: "T16", to: ["queued"] },
  },
  canceled: { ...EXTRA_TASK("canceled"), not_sent: { rule: "T8", to: ["canceled"] } },
};

/** The statuses that settle a generation. */
export const TERMINAL_STATUSES = ["succeeded", "failed", "canceled"] as const;

/** @see TERMINAL_STATUSES */
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** @returns whether a generation of this status is settled. */
export function isTerminal(status: Status): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly Status[]).includes(status);
}
