import type { FaultKind, FaultOf, FaultRule } from "./fault-rule.ts";

/**
 * Where in a call a fault strikes. `before`: instead of handling it. `life`: on the task that a
 * submit makes. `shape`: on the honest answer's fields. `after`: on the finished answer.
 * `delay`: on when it goes out.
 *
 * Callbacks have `shape` too, and: `early`, at the acceptance of the submit; at the end of the task
 * `send`: on when it is sent; `extra`: on what is sent beside it; `envelope`: on what is around the
 * status object; `pace`: on how often it is tried. In `shape`, `delay` and `extra` all rules
 * strike, in the others one does.
 */
export type FaultSlot =
  | "before"
  | "life"
  | "shape"
  | "after"
  | "delay"
  | "early"
  | "send"
  | "extra"
  | "envelope"
  | "pace";

const SLOTS = {
  rate_limit: "before",
  rate_limited: "before",
  error: "before",
  error_html: "before",
  error_in_200: "before",
  redirect: "before",
  reset_before: "before",
  hang_before: "before",
  not_found_for: "before",
  fail_task: "life",
  stuck: "life",
  code_zero: "shape",
  no_code: "shape",
  no_task_id: "shape",
  unknown_status: "shape",
  files_top: "shape",
  no_progress: "shape",
  reset_after: "after",
  hang_after: "after",
  truncate: "after",
  garbage: "after",
  huge: "after",
  task_id_with_error: "after",
  slow: "delay",
  early: "early",
  lost: "send",
  late: "send",
  reordered: "send",
  doubled: "extra",
  forged: "extra",
  bare: "envelope",
  redeliver: "pace",
} as const satisfies Record<FaultKind, FaultSlot>;

type KindIn<S extends FaultSlot> = {
  [K in FaultKind]: (typeof SLOTS)[K] extends S ? K : never;
}[FaultKind];

/** A fault that can replace an answer; those with `accept` also strike after the acceptance. */
export type ReplacingFault = FaultOf<KindIn<"before">>;

/** A fault that spoils the answer to something that did happen. */
export type SpoilingFault = FaultOf<KindIn<"after">>;

/** A fault that changes fields of the honest answer. */
export type ShapeFault = FaultOf<KindIn<"shape">>;

/** A fault that decides how the task of a submit ends, if at all. */
export type LifeFault = FaultOf<KindIn<"life">>;

/** @returns where a rule strikes. */
export function slotOf(rule: FaultRule): FaultSlot {
  return "accept" in rule && rule.accept === true ? "after" : SLOTS[rule.kind];
}

/** @returns whether a rule replaces the answer. */
export function isReplacing(rule: FaultRule): rule is ReplacingFault {
  return SLOTS[rule.kind] === "before";
}

/** @returns whether a rule spoils the finished answer. */
export function isSpoiling(rule: FaultRule): rule is SpoilingFault {
  return SLOTS[rule.kind] === "after";
}

/** @returns whether a rule changes fields of the answer. */
export function isShaping(rule: FaultRule): rule is ShapeFault {
  return SLOTS[rule.kind] === "shape";
}

/** @returns whether a rule decides the life of a task. */
export function isLifeFault(rule: FaultRule | undefined): rule is LifeFault {
  return rule !== undefined && SLOTS[rule.kind] === "life";
}
