import { explain, type FlightRecord } from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import type { AttemptOf } from "./attempts.ts";

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

const HOUR_MS = 3_600_000;
const TIMES = { deadlineMs: HOUR_MS, firstPollMs: 1_000 };
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 24 * HOUR_MS,
  policy: "resubmit",
  asksForCallback: true,
} as const;

let clocked: ClockedJournal;
let fences = 0;
beforeEach(async () => {
  clocked = await openClockedJournal(redis);
});

async function enqueue(): Promise<string> {
  const generation = buildNewGeneration(clocked.journal.lane);
  await clocked.journal.enqueue([generation]);
  return generation.id;
}

async function begin(id: string): Promise<AttemptOf> {
  const begun = await clocked.journal.begin(id, `f${(fences += 1)}`, LIMITS);
  if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

/** One whose submit got no answer, and whose grace is over. */
async function leaveUnanswered(policy: "resubmit" | "hold"): Promise<AttemptOf> {
  const attempt = await begin(await enqueue());
  await clocked.journal.unconfirm(attempt, "answer_lost", 0);
  await clocked.advance(HOUR_MS);
  await clocked.journal.endGrace(attempt.id, policy, 3);
  return attempt;
}

async function told(id: string): Promise<FlightRecord> {
  const flight = await clocked.journal.flight(id);
  if (flight === null) throw new Error("nothing is known of it");
  return explain(flight);
}

const note = (id: string, taskId: string) =>
  clocked.journal.noteCallback({ id, attempt: 1, taskId });
const looks = async () => (await clocked.journal.claimLooks(10, 15_000)).looks;

describe("what is awaited", () => {
  it("is the end of a task, later by as long as status calls were refused", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    await journal.accept(await begin(id), `task-${id}`, TIMES);
    const acceptedAt = clocked.now();
    await journal.refusePolls({
      code: "authentication_error",
      laneEpoch: 0,
      firstProbeMs: null,
      keyDigest: "k",
      pollProbeMs: 60_000,
    });
    expect((await told(id)).awaited).toMatchObject({ by: "lane", until: null });
    await clocked.advance(2 * HOUR_MS);
    await journal.resumeLane();
    const { polls } = await journal.claimPolls(1, 15_000);
    expect(polls[0]?.deadlineAt).toBe(acceptedAt + 3 * HOUR_MS);
    expect((await told(id)).awaited).toMatchObject({
      by: "status_worker",
      until: polls[0]?.deadlineAt,
    });
  });

  it("is a status call, where a callback named a task of one that is to be sent again", async () => {
    const { id } = await leaveUnanswered("resubmit");
    expect((await told(id)).awaited).toMatchObject({ by: "submit_worker" });
    await note(id, `task-${id}`);
    expect((await told(id)).awaited).toMatchObject({ by: "status_worker", until: null });
    await expect(begin(id)).rejects.toThrow("early");
  });

  it("is that for half an hour beyond the grace, where no call tells of the task", async () => {
    const { journal } = clocked;
    const attempt = await begin(await enqueue());
    const { id } = attempt;
    await journal.unconfirm(attempt, "answer_lost", {
      withoutCallbackMs: 0,
      withCallbackMs: 60_000,
    });
    const graceEndAt = clocked.now() + 60_000;
    await note(id, `task-${id}`);
    const until = graceEndAt + HOUR_MS / 2;
    expect((await told(id)).awaited).toMatchObject({ by: "status_worker", until });
    await clocked.advance(until - 1 - clocked.now());
    await journal.endGrace(id, "resubmit", 3);
    expect((await told(id)).awaited).toMatchObject({ by: "status_worker", until });
    await clocked.advance(1);
    await journal.endGrace(id, "resubmit", 3);
    expect(await told(id)).toMatchObject({ status: "held", awaited: { by: "person" } });
  });
});

it("one that failed is told to be looked at for as long as it is", async () => {
  const { journal } = clocked;
  const id = await enqueue();
  await journal.accept(await begin(id), `task-${id}`, TIMES);
  await clocked.advance(HOUR_MS);
  const { polls } = await journal.claimPolls(1, 15_000);
  await journal.settle(polls[0]!, { event: "timed_out" });
  const until = clocked.now() + 24 * HOUR_MS;
  expect(await told(id)).toMatchObject({ status: "failed", awaited: { until } });
  await clocked.advance(24 * HOUR_MS);
  const [look] = await looks();
  await journal.missLook(look!, "unavailable", HOUR_MS);
  expect((await told(id)).awaited).toBeNull();
});

it("what happened to a lost task names no attempt 0, and none that nobody knows", async () => {
  const { journal } = clocked;
  const id = await enqueue();
  await journal.accept(await begin(id), `task-${id}`, TIMES);
  await clocked.advance(1_000);
  const lose = async (): Promise<void> => {
    const { polls } = await journal.claimPolls(1, 15_000);
    await journal.hold(polls[0]!, "task_not_found");
    await clocked.advance(10_000);
    await note(id, `task-${id}`);
  };
  await lose();
  const [look] = await looks();
  await journal.confirm(look!, { kind: "running" }, HOUR_MS, HOUR_MS);
  await lose();
  for (let n = 0; n < 5; n += 1) {
    const [again] = await looks();
    await journal.missLook(again!, "not_found", 40_000);
    await clocked.advance(40_000);
  }
  const { steps, awaited } = await told(id);
  expect(steps.map(({ event }) => event)).toContain("look_ended");
  expect(steps.map(({ cause }) => cause).join(" ")).not.toContain("attempt 0");
  expect(awaited?.what).toContain("late answer");
});

describe("a task that a person attached without its attempt", () => {
  it("is one payment once its attempt reports it", async () => {
    const attempt = await leaveUnanswered("hold");
    const { id } = attempt;
    const found = { taskId: `task-${id}`, attempt: null };
    await clocked.journal.attach(id, found, HOUR_MS, "seen upstream");
    expect((await told(id)).money.mayBePaidCount).toBe(2);
    const outcome = await clocked.journal.accept(attempt, found.taskId, TIMES);
    expect(outcome).toMatchObject({ kind: "changed", status: "running", isExtra: false });
    const { money, submits, steps } = await told(id);
    expect(money).toMatchObject({ mayBePaidCount: 1, attempts: [1] });
    expect(submits).toMatchObject([{ outcome: "accepted", taskId: found.taskId }]);
    expect(steps.at(-1)?.cause).toContain("one doubt less");
    expect(await clocked.journal.accept(attempt, found.taskId, TIMES)).toMatchObject({
      kind: "ignored",
      reason: "duplicate",
    });
  });

  it("is one payment once a callback named it and a status call knows it", async () => {
    const { id } = await leaveUnanswered("hold");
    await note(id, `task-${id}`);
    const found = { taskId: `task-${id}`, attempt: null };
    await clocked.journal.attach(id, found, HOUR_MS, "seen upstream");
    for (const look of await looks()) {
      await clocked.journal.confirm(look, { kind: "running" }, HOUR_MS, HOUR_MS);
    }
    expect((await told(id)).money).toMatchObject({ mayBePaidCount: 1, attempts: [1] });
  });
});

it("a submit that is answered with a task which a person let go follows that task again", async () => {
  const { journal } = clocked;
  const id = await enqueue();
  const taskId = `task-${id}`;
  await journal.accept(await begin(id), taskId, TIMES);
  await clocked.advance(1_000);
  const { polls } = await journal.claimPolls(1, 15_000);
  await journal.hold(polls[0]!, "task_not_found");
  await journal.resubmit([id], "the upstream does not know it");
  const outcome = await journal.accept(await begin(id), taskId, TIMES);
  expect(outcome).toMatchObject({ kind: "changed", status: "running", isExtra: false });
  const stored = await journal.get(id);
  expect(stored?.generation).toMatchObject({ task: { taskId }, extraTaskIds: [], unresolved: [] });
  expect((await told(id)).submits.map((one) => one.outcome)).toEqual(["accepted", "accepted"]);
});
