import type { EventType, LifecycleEvent } from "../lifecycle/event.ts";
import type { Generation } from "../lifecycle/generation.ts";
import type { FlightFacts, FlightSubmit, SubmitPhase } from "./flight-record.ts";
import type { SubmitTrace } from "./history-entry.ts";

type Outcome = Exclude<FlightSubmit["outcome"], "open">;

/**
 * Each attempt that was begun with what it came to, the first one first. Those of a folded line are
 * left out: nothing can have been paid for them.
 */
export function submitsOf({ stored, history }: FlightFacts): FlightSubmit[] {
  const byAttempt = new Map<number, FlightSubmit>();
  for (const entry of history) {
    if (entry.kind !== "event") continue;
    const { event, at } = entry;
    if (event.type === "begun") byAttempt.set(event.attempt, begun(event.attempt, at));
    if (!("attempt" in event) || event.attempt === null) continue;
    const submit = byAttempt.get(event.attempt);
    const outcome = outcomeOf(event);
    if (submit === undefined || outcome === null) continue;
    byAttempt.set(event.attempt, {
      ...ended(submit, outcome, at, entry.trace ?? null),
      taskId: "taskId" in event ? event.taskId : submit.taskId,
    });
  }
  return [...byAttempt.values()].map((submit) => withDoubt(submit, stored.generation));
}

function withDoubt(submit: FlightSubmit, generation: Generation): FlightSubmit {
  const isCurrent = isInFlight(generation) && generation.attempt === submit.attempt;
  const isInDoubt = generation.unresolved.some(({ attempt }) => attempt === submit.attempt);
  const mayBePaid = submit.taskId !== null || isInDoubt || isCurrent;
  if (submit.outcome !== "open" || isCurrent) return { ...submit, mayBePaid };
  // Overtaken by a late answer of an older one, while its own was awaited.
  return { ...submit, outcome: "unanswered", phase: "unknown", mayBePaid };
}

function begun(attempt: number, begunAt: number): FlightSubmit {
  return {
    attempt,
    begunAt,
    endedAt: null,
    durationMs: null,
    phase: "open",
    outcome: "open",
    httpStatus: null,
    detail: null,
    taskId: null,
    mayBePaid: false,
  };
}

/** A callback or a person that names the task says that the attempt was accepted. */
const OUTCOMES: Readonly<Partial<Record<EventType, Outcome>>> = {
  not_sent: "not_sent",
  refused: "refused",
  accepted: "accepted",
  rejected: "rejected",
  denied: "denied",
  confirmed: "accepted",
  finished_late: "accepted",
  attached: "accepted",
};

function outcomeOf(event: LifecycleEvent): Outcome | null {
  return event.type === "answer_lost" ? event.code : (OUTCOMES[event.type] ?? null);
}

const PHASES: Readonly<Record<Outcome, SubmitPhase>> = {
  not_sent: "before_first_byte",
  refused: "answered",
  accepted: "answered",
  rejected: "answered",
  denied: "answered",
  answer_lost: "sent",
  unanswered: "unknown",
};

function ended(
  submit: FlightSubmit,
  outcome: Outcome,
  at: number,
  trace: SubmitTrace | null,
): FlightSubmit {
  return {
    ...submit,
    endedAt: at,
    durationMs: Math.max(0, at - submit.begunAt),
    phase: PHASES[outcome],
    outcome,
    httpStatus: trace?.httpStatus ?? null,
    detail: trace?.detail ?? null,
  };
}

/** @returns whether the current attempt may be out. */
export function isInFlight({ status }: Generation): boolean {
  return status === "submitting" || status === "unconfirmed";
}
