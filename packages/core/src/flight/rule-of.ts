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
  if (event.type === "answer_lost") return event.code === "unanswered" ? "T7" : "T6";
  if (event.type === "grace_ended") {
    const paidCount = after.unresolved.length + after.extraTaskIds.length;
    const isSpent = paidCount >= event.maxPaidAttempts;
    return isSpent || event.policy !== "resubmit" ? "T10" : "T11";
  }
  if (event.type === "untraceable") return event.reason === "task_not_found" ? "T13" : "T13b";
  return TRANSITIONS[before.status][event.type]?.rule ?? "";
}
