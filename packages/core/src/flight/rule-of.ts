import type { LifecycleEvent } from "../lifecycle/event.ts";
import type { Generation } from "../lifecycle/generation.ts";
import { TRANSITIONS } from "../lifecycle/transitions.ts";

/**
 * The one rule by which an event moved a generation: a row of the table may name several, and what
 * came of it tells which.
 */
export function ruleOf(before: Generation, event: LifecycleEvent, after: Generation): string {
  if (event.type === "accepted" || event.type === "confirmed") {
    // A task for one that waited binds it; for all others it is a second one.
    const isBound = after.status === "running" && before.status !== "running";
    if (!isBound) return "T4a";
    return event.type === "accepted" ? "T4" : "T9";
  }
  // One doubt less leaves the status as it is.
  if (isOutcome(event) && after.status === before.status) return "T8";
  if (event.type === "answer_lost") return event.code === "unanswered" ? "T7" : "T6";
  if (event.type === "grace_ended") {
    const paidCount = after.unresolved.length + after.extraTaskIds.length;
    const isSpent = paidCount >= event.maxPaidAttempts;
    return isSpent || event.policy !== "resubmit" ? "T10" : "T11";
  }
  if (event.type === "untraceable") return event.reason === "task_not_found" ? "T13" : "T13b";
  const rules = TRANSITIONS[before.status][event.type]?.rule ?? "";
  return rules.replace(/, .*/, "");
}

/** @returns whether it says that an attempt cannot have been paid. */
function isOutcome({ type }: LifecycleEvent): boolean {
  return type === "not_sent" || type === "refused" || type === "rejected" || type === "denied";
}
