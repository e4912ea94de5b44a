import { describe, expect, it } from "vitest";

import {
  CURRENT,
  EXTRA_TASK_ID,
  freshGeneration,
  GENERATIONS,
  NEW_TASK_ID,
  NOW as at,
  OLDER,
  OVER,
  OWN_TASK,
} from "../../test/generation-fixtures.ts";
import { sameAttempt, withoutAttempt } from "./attempts.ts";
import {
  enqueuedGeneration,
  isTerminal,
  paidAttempts,
  STATUSES,
  taskOf,
  TERMINAL_STATUSES,
  transition,
  TRANSITIONS,
  type Generation,
  type LifecycleEvent,
} from "./index.ts";

const wakeAt = at + 500;
const deadlineAt = at + 3_600_000;
const { submitting, unconfirmed, held, running, failed } = GENERATIONS;

describe("the streak of refusals", () => {
  it("counts the same code in a row and starts again with another", () => {
    const codes = ["rate_limited", "rate_limited", "upstream_unavailable", "rate_limited"] as const;
    let generation = freshGeneration();
    const counts = codes.map((code, index) => {
      const ref = { attempt: index + 1, fence: `f${index}` };
      generation = apply(generation, { type: "begun", at, ...ref, sendDeadlineAt: at });
      generation = apply(generation, { type: "refused", at, ...ref, code, wakeAt });
      return [generation.lastError, generation.refusalCount];
    });
    expect(counts).toEqual([
      ["rate_limited", 1],
      ["rate_limited", 2],
      ["upstream_unavailable", 1],
      ["rate_limited", 1],
    ]);
  });

  it("counts what was not sent, and a parked account, like a refusal", () => {
    const notSent = apply(submitting.plain, { type: "not_sent", at, ...CURRENT, wakeAt });
    expect(notSent).toMatchObject({ lastError: "not_sent", refusalCount: 1 });
    const parked = apply(submitting.plain, {
      type: "denied",
      at,
      ...CURRENT,
      code: "insufficient_credits",
      park: true,
    });
    expect(parked).toMatchObject({ lastError: "insufficient_credits", refusalCount: 1 });
  });

  it("ends with a lost answer, and is forgotten once a task is bound", () => {
    const lost = apply(submitting.plain, {
      type: "answer_lost",
      at,
      ...CURRENT,
      code: "unanswered",
      graceEndAt: at,
    });
    expect(lost).toMatchObject({ lastError: "unanswered", refusalCount: 0 });
    const bound = apply(lost, {
      type: "accepted",
      at,
      ...CURRENT,
      taskId: NEW_TASK_ID,
      deadlineAt,
    });
    expect(bound).toMatchObject({ lastError: null, refusalCount: 0 });
  });

  it("is kept by what says nothing about it", () => {
    const queued = apply(unconfirmed.plain, {
      type: "grace_ended",
      at,
      policy: "resubmit",
      maxPaidAttempts: 3,
    });
    expect(queued).toMatchObject({ lastError: "rate_limited", refusalCount: 2 });
  });
});

describe("a late answer", () => {
  it.each([submitting.unresolved, unconfirmed.unresolved])(
    "of an older attempt wins, and the overtaken current one may have been paid",
    (generation) => {
      const event = { type: "accepted", at, ...OLDER, taskId: NEW_TASK_ID, deadlineAt } as const;
      expect(apply(generation, event)).toMatchObject({
        status: "running",
        task: { taskId: NEW_TASK_ID },
        unresolved: [CURRENT],
      });
    },
  );

  it("that a callback named by its attempt number alone frees that attempt", () => {
    const event = { type: "confirmed", at, attempt: 1, taskId: NEW_TASK_ID, deadlineAt } as const;
    expect(apply(held.unresolved, event)).toMatchObject({ status: "running", unresolved: [] });
  });

  it("with the right number and a foreign fence proves nothing about an attempt", () => {
    const event = { type: "not_sent", at, attempt: OLDER.attempt, fence: "x", wakeAt } as const;
    expect(transition(running.unresolved, event)).toEqual({ kind: "ignored", reason: "stale" });
  });

  it("about a task that a person let go of does not bind it again", () => {
    const queued = apply(held.task, { type: "resubmitted", at });
    const event = {
      type: "confirmed",
      at,
      attempt: 3,
      taskId: OWN_TASK.taskId,
      deadlineAt,
    } as const;
    expect(transition(queued, event)).toEqual({ kind: "ignored", reason: "duplicate" });
  });
});

describe("a person", () => {
  it("who attaches another task keeps the first one among the extra ones", () => {
    const event = {
      type: "attached",
      at,
      attempt: null,
      taskId: NEW_TASK_ID,
      deadlineAt,
    } as const;
    expect(apply(held.task, event)).toMatchObject({
      task: { taskId: NEW_TASK_ID, submittedAt: at },
      extraTaskIds: [EXTRA_TASK_ID, OWN_TASK.taskId],
    });
  });

  it("who attaches an extra task swaps the two", () => {
    const event = {
      type: "attached",
      at,
      attempt: null,
      taskId: EXTRA_TASK_ID,
      deadlineAt,
    } as const;
    expect(apply(held.task, event)).toMatchObject({
      task: { taskId: EXTRA_TASK_ID },
      extraTaskIds: [OWN_TASK.taskId],
    });
  });

  it("who says which attempt made the task ends the doubt about that attempt alone", () => {
    const inDoubt = { ...held.unresolved, unresolved: [OLDER, OVER] };
    const event = { type: "attached", at, taskId: NEW_TASK_ID, deadlineAt } as const;
    expect(apply(inDoubt, { ...event, attempt: OLDER.attempt }).unresolved).toEqual([OVER]);
    expect(apply(inDoubt, { ...event, attempt: null }).unresolved).toEqual([OLDER, OVER]);
    expect(transition(inDoubt, { ...event, attempt: CURRENT.attempt })).toEqual({
      kind: "ignored",
      reason: "not_applicable",
    });
  });
});

describe("a cancel", () => {
  it("that was wished for keeps the doubt about what may have been paid", () => {
    const event = { type: "grace_ended", at, policy: "resubmit", maxPaidAttempts: 3 } as const;
    expect(apply(unconfirmed.cancel_unresolved, event)).toMatchObject({
      status: "canceled",
      unresolved: [OLDER, CURRENT],
    });
  });

  it("wins over a finished video, whose task stays known", () => {
    expect(apply(running.cancel, { type: "finished", at })).toMatchObject({
      status: "canceled",
      task: OWN_TASK,
    });
  });
});

describe("a generation that was just stored", () => {
  const facts = {
    id: "default_01k9zzzzzzzzzzzzzzzzzzzzzz",
    lane: "default",
    model: "veo3.1-lite",
    priority: "high",
    createdAt: at,
  } as const;

  it("waits for its wake-up with nothing behind it and its facts as given", () => {
    const generation = enqueuedGeneration(facts, wakeAt);
    expect(generation).toMatchObject({
      ...facts,
      status: "queued",
      wakeAt,
      attempt: 0,
      version: 1,
    });
    expect(paidAttempts(generation)).toBe(0);
    expect(taskOf(generation)).toBeNull();
  });

  it("goes on with its first attempt", () => {
    const ref = { attempt: 1, fence: "f" };
    const begun: LifecycleEvent = { type: "begun", at, ...ref, sendDeadlineAt: deadlineAt };
    expect(apply(enqueuedGeneration(facts, wakeAt), begun)).toMatchObject({
      ...facts,
      ...ref,
      status: "submitting",
      version: 2,
    });
  });
});

describe("the books", () => {
  it("count a known task and every unresolved attempt as paid, the current one not yet", () => {
    expect(paidAttempts(submitting.plain)).toBe(0);
    expect(paidAttempts(unconfirmed.unresolved)).toBe(1);
    expect(paidAttempts(held.task_unresolved)).toBe(2);
    expect(paidAttempts(failed.key)).toBe(0);
  });

  it("know the task of the statuses that have one", () => {
    expect(taskOf(submitting.plain)).toBeNull();
    expect(taskOf(held.plain)).toBeNull();
    expect(taskOf(running.plain)).toEqual(OWN_TASK);
  });

  it("tell attempts apart by number and fence", () => {
    expect(sameAttempt(OLDER, { ...OLDER })).toBe(true);
    expect(sameAttempt(OLDER, { ...OLDER, attempt: 2 })).toBe(false);
    expect(sameAttempt(OLDER, { ...OLDER, fence: "x" })).toBe(false);
    expect(withoutAttempt([OLDER, CURRENT], OLDER)).toEqual([CURRENT]);
    expect(withoutAttempt([CURRENT], OLDER)).toBeNull();
  });
});

describe("terminal", () => {
  it("are the statuses that neither a cancel nor the lifecycle's own course can leave", () => {
    const settled = STATUSES.filter((status) => {
      const leaving = Object.entries(TRANSITIONS[status]).filter(([type, row]) => {
        const isLeft = row.to.some((to) => to !== status);
        return isLeft && type !== "finished_late" && type !== "redriven";
      });
      return leaving.length === 0;
    });
    expect(settled).toEqual(TERMINAL_STATUSES);
    expect(STATUSES.filter(isTerminal)).toEqual(TERMINAL_STATUSES);
  });
});

function apply(generation: Generation, event: LifecycleEvent): Generation {
  const result = transition(generation, event);
  if (result.kind !== "changed") throw new Error(`${event.type} was ignored as ${result.reason}`);
  return result.generation;
}
