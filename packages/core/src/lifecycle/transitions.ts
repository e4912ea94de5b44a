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

/** An attempt that was in doubt turns out not to have been paid. */
const NOT_PAID = (status: Status): Row => ({
  not_sent: { rule: "T8", to: [status] },
  refused: { rule: "T8", to: [status] },
  rejected: { rule: "T8", to: [status] },
  denied: { rule: "T8", to: [status] },
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
    ...NOT_PAID("queued"),
    accepted: { rule: "T4, T4a", to: ["running", "queued"] },
    confirmed: { rule: "T9, T4a", to: ["running", "queued"] },
    poisoned: { rule: "poison", to: ["held"] },
    cancel_requested: { rule: "T15", to: ["canceled"] },
  },
  submitting: {
    not_sent: { rule: "T3, T8", to: ["queued", "submitting", "canceled"] },
    refused: { rule: "T3, T8", to: ["queued", "submitting", "canceled"] },
    accepted: { rule: "T4, T4a", to: ["running", "submitting"] },
    confirmed: { rule: "T9, T4a", to: ["running", "submitting"] },
    rejected: { rule: "T5, T8", to: ["failed", "held", "submitting", "canceled"] },
    denied: { rule: "T5a, T8", to: ["failed", "held", "queued", "submitting", "canceled"] },
    answer_lost: { rule: "T6, T7", to: ["unconfirmed"] },
    cancel_requested: { rule: "T15a", to: ["submitting"] },
  },
  unconfirmed: {
    not_sent: { rule: "T8", to: ["queued", "unconfirmed", "canceled"] },
    refused: { rule: "T3, T8", to: ["queued", "unconfirmed", "canceled"] },
    rejected: { rule: "T5, T8", to: ["failed", "held", "unconfirmed", "canceled"] },
    denied: { rule: "T5a, T8", to: ["failed", "held", "queued", "unconfirmed", "canceled"] },
    accepted: { rule: "T4, T4a", to: ["running", "unconfirmed"] },
    confirmed: { rule: "T9, T4a", to: ["running", "unconfirmed"] },
    grace_ended: { rule: "T10, T11", to: ["held", "queued", "canceled"] },
    cancel_requested: { rule: "T15a", to: ["unconfirmed"] },
  },
  held: {
    ...NOT_PAID("held"),
    accepted: { rule: "T4, T4a", to: ["running", "held"] },
    confirmed: { rule: "T9, T4a", to: ["running", "held"] },
    attached: { rule: "T14", to: ["running"] },
    resubmitted: { rule: "T14", to: ["queued"] },
    abandoned: { rule: "T14", to: ["failed"] },
    cancel_requested: { rule: "T15", to: ["canceled"] },
  },
  running: {
    ...NOT_PAID("running"),
    ...EXTRA_TASK("running"),
    finished: { rule: "T12", to: ["succeeded", "canceled"] },
    task_failed: { rule: "T12", to: ["failed", "canceled"] },
    untraceable: { rule: "T13, T13b", to: ["held", "canceled"] },
    timed_out: { rule: "T13a", to: ["failed", "canceled"] },
    cancel_requested: { rule: "T15a", to: ["running"] },
  },
  succeeded: { ...EXTRA_TASK("succeeded"), ...NOT_PAID("succeeded") },
  failed: {
    ...EXTRA_TASK("failed"),
    ...NOT_PAID("failed"),
    finished_late: { rule: "T9a", to: ["succeeded"] },
    cancel_requested: { rule: "T15a", to: ["failed"] },
    redriven: { rule: "T16", to: ["queued"] },
  },
  canceled: { ...EXTRA_TASK("canceled"), ...NOT_PAID("canceled") },
};

/** The statuses that settle a generation. */
export const TERMINAL_STATUSES = ["succeeded", "failed", "canceled"] as const;

/** @see TERMINAL_STATUSES */
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** @returns whether a generation of this status is settled. */
export function isTerminal(status: Status): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly Status[]).includes(status);
}
