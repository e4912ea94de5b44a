import { enqueuedGeneration } from "../lifecycle/enqueued.ts";
import type { Generation } from "../lifecycle/generation.ts";
import { transition } from "../lifecycle/transition.ts";
import { causeWords, foldedWords } from "./cause-words.ts";
import type { FlightFacts, FlightStep } from "./flight-record.ts";
import type { FoldedEntry, HistoryEntry } from "./history-entry.ts";
import { eventsOf } from "./replay.ts";
import { ruleOf } from "./rule-of.ts";

/** Replays the history: each line with the rule that it went by, and why. */
export function stepsOf({ stored, history, reasons }: FlightFacts): FlightStep[] {
  const { id, lane, model, priority, createdAt } = stored.generation;
  const facts = { id, lane, model, priority, createdAt };
  let current: Generation = enqueuedGeneration(facts, createdAt);
  return history.map((entry): FlightStep => {
    const before = current;
    if (entry.kind === "folded") {
      current = replayed(before, entry);
      return foldedStep(entry, before, current);
    }
    if (entry.kind !== "event") return asideOf(entry, before);
    const { event } = entry;
    const result = transition(before, event);
    // A history that was written by other rules is told as far as it can be, never refused.
    const after = result.kind === "changed" ? result.generation : before;
    current = after;
    const isChanged = result.kind === "changed";
    const cause = causeWords(before, event, after, entry.trace ?? null);
    return {
      at: entry.at,
      rule: isChanged ? ruleOf(before, event, after) : null,
      event: event.type,
      attempt: "attempt" in event ? event.attempt : null,
      from: before.status,
      to: after.status,
      cause: isChanged ? cause : `${cause} It changed nothing.`,
      reason: entry.reasonNumber === undefined ? null : (reasons[entry.reasonNumber - 1] ?? null),
    };
  });
}

function replayed(before: Generation, entry: HistoryEntry): Generation {
  let after = before;
  for (const event of eventsOf(entry)) {
    const result = transition(after, event);
    if (result.kind === "changed") after = result.generation;
  }
  return after;
}

/** Many attempts in one line: the last one names it. */
function foldedStep(entry: FoldedEntry, before: Generation, after: Generation): FlightStep {
  return {
    at: entry.at,
    rule: foldedRule(entry),
    event: "folded",
    attempt: entry.refusalCount > 0 ? entry.lastAttempt : null,
    from: before.status,
    to: after.status,
    cause: foldedWords(entry),
    reason: null,
  };
}

/** By its last attempt, as the rest of the line. */
function foldedRule({ lastCode }: FoldedEntry): string | null {
  if (lastCode === null) return null;
  return lastCode === "authentication_error" || lastCode === "insufficient_credits" ? "T5a" : "T3";
}

/** A line that moved nothing. */
function asideOf(
  entry: Exclude<HistoryEntry, { readonly kind: "event" | "folded" }>,
  { status }: Generation,
): FlightStep {
  const still = { at: entry.at, attempt: null, from: status, to: status, reason: null };
  switch (entry.kind) {
    case "enqueued":
      return { ...still, rule: "T1", event: "enqueued", from: null, cause: "It was stored." };
    case "stale": {
      const { attempt, outcome } = entry;
      const cause = `A late report of attempt ${attempt} (${outcome}) changed nothing: it was over by then.`;
      return { ...still, rule: null, event: "stale", attempt, cause };
    }
    case "called_back": {
      const { attempt, kind } = entry;
      const cause = `The upstream called back for attempt ${attempt}: a status call has to say the same.`;
      return { ...still, rule: null, event: kind, attempt, cause };
    }
    case "look_ended": {
      const { attempt, kind } = entry;
      const task = attempt === 0 ? "its task" : `the task that was named for attempt ${attempt}`;
      const cause = `Nobody looks at ${task} any more: the upstream denied it, or it did not end in time.`;
      return { ...still, rule: null, event: kind, attempt: attempt === 0 ? null : attempt, cause };
    }
    case "woken": {
      const cause = "Its wake-up hint was lost, and made anew.";
      return { ...still, rule: null, event: "woken", cause };
    }
  }
}
