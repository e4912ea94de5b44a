import * as fc from "fast-check";

import {
  EVENT_TYPES,
  taskOf,
  transition,
  TRANSITIONS,
  type AmbiguityPolicy,
  type AttemptRef,
  type EventType,
  type Generation,
  type LifecycleEvent,
  type Status,
  type Transition,
} from "../src/lifecycle/index.ts";
import { freshGeneration } from "./generation-fixtures.ts";

/** One event and what it did. */
export interface Step {
  readonly before: Generation;
  readonly event: LifecycleEvent;
  readonly result: Transition;
  readonly after: Generation;
}

/** What happened to one generation from its enqueue on. */
export interface History {
  readonly policy: AmbiguityPolicy;
  readonly maxPaidAttempts: number;
  readonly steps: readonly Step[];
}

/** Raw choices; each becomes an event that fits what happened before it. */
const move = fc.record({
  from: fc.constantFrom("any", "known", "row", "row", "row", ...Array<string>(5).fill("onward")),
  type: fc.nat({ max: 999 }),
  attempt: fc.nat({ max: 999 }),
  task: fc.nat({ max: 999 }),
  flag: fc.boolean(),
});

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

/** The event that leads to further attempts: without it most histories would end at once. */
const ONWARD: Readonly<Partial<Record<Status, EventType>>> = {
  queued: "begun",
  submitting: "answer_lost",
  unconfirmed: "grace_ended",
  held: "resubmitted",
  running: "untraceable",
};

/**
 * Random histories of one generation. Most events have a row in the table; outcomes carry the
 * fence of an attempt that was begun; a task id belongs to its attempt, now and then a second one
 * does, or one comes back that is stored already, also as that of an attempt in doubt.
 */
export const histories: fc.Arbitrary<History> = fc
  .record({
    policy: fc.constantFrom<AmbiguityPolicy>("resubmit", "resubmit", "hold"),
    maxPaidAttempts: fc.integer({ min: 1, max: 4 }),
    moves: fc.array(move, { maxLength: 40, size: "max" }),
  })
  .map(({ policy, maxPaidAttempts, moves }) => {
    let generation = freshGeneration();
    const begun: AttemptRef[] = [];
    const steps = moves.map((choice, index): Step => {
      const before = generation;
      const event = eventOf(choice, before, begun, { policy, maxPaidAttempts, at: 2_000 + index });
      const result = transition(before, event);
      if (result.kind === "changed") generation = result.generation;
      if (result.kind === "changed" && event.type === "begun") begun.push(refOf(event));
      return { before, event, result, after: generation };
    });
    return { policy, maxPaidAttempts, steps };
  });

/** @returns every generation that the history passes through, the fresh one first. */
export function generationsOf(history: History): readonly Generation[] {
  return [freshGeneration(), ...history.steps.map((step) => step.after)];
}

function refOf({ attempt, fence }: AttemptRef): AttemptRef {
  return { attempt, fence };
}

function pickOf<T>(from: readonly T[], choice: number, fallback: T): T {
  return from[choice % Math.max(1, from.length)] ?? fallback;
}

function eventOf(
  choice: Move,
  g: Generation,
  begun: readonly AttemptRef[],
  limits: {
    readonly policy: AmbiguityPolicy;
    readonly maxPaidAttempts: number;
    readonly at: number;
  },
): LifecycleEvent {
  const { at, policy, maxPaidAttempts } = limits;
  const rows = Object.keys(TRANSITIONS[g.status]) as EventType[];
  const picked = pickOf(choice.from === "any" ? EVENT_TYPES : rows, choice.type, "begun");
  const type = choice.from === "onward" ? (ONWARD[g.status] ?? picked) : picked;
  const last: AttemptRef = begun.at(-1) ?? { attempt: 1, fence: "never" };
  const ref = choice.attempt % 2 === 0 ? last : pickOf(begun, choice.attempt >> 1, last);
  const taskId = taskIdOf(choice, g, ref);
  const deadlineAt = at + 3_600_000;
  const doubtful = g.unresolved[0];
  const extra = g.extraTaskIds[0];
  if (choice.from === "known" && doubtful !== undefined && extra !== undefined) {
    const { attempt } = doubtful;
    return choice.flag
      ? { type: "accepted", at, ...doubtful, taskId: extra, deadlineAt }
      : { type: "confirmed", at, attempt, taskId: extra, deadlineAt };
  }
  switch (type) {
    case "begun": {
      const attempt = g.attempt + 1;
      return { type, at, attempt, fence: `f${attempt}`, sendDeadlineAt: at + 2_000 };
    }
    case "not_sent":
      return { type, at, ...ref, wakeAt: at + 500 };
    case "refused":
      return {
        type,
        at,
        ...ref,
        code: choice.flag ? "rate_limited" : "upstream_unavailable",
        wakeAt: at + 500,
      };
    case "accepted":
      return { type, at, ...ref, taskId, deadlineAt };
    case "rejected":
      return { type, at, ...ref };
    case "denied":
      return {
        type,
        at,
        ...ref,
        code: choice.flag ? "insufficient_credits" : "authentication_error",
        park: choice.task % 2 === 0,
      };
    case "answer_lost":
      return { type, at, ...ref, code: choice.flag ? "answer_lost" : "unanswered", graceEndAt: at };
    case "grace_ended":
      return { type, at, policy, maxPaidAttempts };
    case "confirmed":
      return { type, at, attempt: ref.attempt, taskId, deadlineAt };
    case "finished_late":
      return { type, at, attempt: ref.attempt, taskId };
    case "untraceable":
      return { type, at, reason: choice.flag ? "task_not_found" : "status_rejected" };
    case "attached": {
      const inDoubt = g.unresolved.map(({ attempt }) => attempt);
      const attempt = choice.flag ? pickOf(inDoubt, choice.attempt, ref.attempt) : null;
      return { type, at, attempt, taskId, deadlineAt };
    }
    case "expired":
    case "finished":
    case "task_failed":
    case "timed_out":
    case "poisoned":
    case "resubmitted":
    case "abandoned":
    case "cancel_requested":
    case "redriven":
      break;
  }
  return { type, at };
}

function taskIdOf(choice: Move, g: Generation, ref: AttemptRef): string {
  const usual = `task-${ref.attempt}`;
  if (choice.task % 5 === 0) return `task-${ref.attempt}-twin`;
  if (choice.task % 5 > 2) return usual;
  const stored = [...g.extraTaskIds, taskOf(g)?.taskId ?? usual];
  return pickOf(stored, choice.task, usual);
}
