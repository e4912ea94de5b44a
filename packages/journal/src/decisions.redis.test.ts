import { ulidOf } from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { lanePrefix } from "./keys.ts";
import type { AttemptOf } from "./attempts.ts";

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

const DAY_MS = 24 * 3_600_000;
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: DAY_MS,
  policy: "hold" as const,
};

let clocked: ClockedJournal;
beforeEach(async () => {
  clocked = await openClockedJournal(redis);
});

async function enqueue(parts: Parameters<typeof buildNewGeneration>[1] = {}): Promise<string> {
  const generation = buildNewGeneration(clocked.journal.lane, parts);
  await clocked.journal.enqueue([generation]);
  return generation.id;
}

async function begin(id: string, fence = "f1"): Promise<AttemptOf> {
  const begun = await clocked.journal.begin(id, fence, LIMITS);
  if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

/** Held because one submit got no answer. */
async function hold(parts: Parameters<typeof buildNewGeneration>[1] = {}): Promise<string> {
  const id = await enqueue(parts);
  await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
  await clocked.journal.endGrace(id, "hold", 3);
  return id;
}

it("a poll that was under way does not end it by the deadline of before a person attached", async () => {
  const { journal } = clocked;
  const id = await enqueue();
  const taskId = `task-${ulidOf(id)}`;
  await journal.accept(await begin(id), taskId, { deadlineMs: 60_000, firstPollMs: 0 });
  await clocked.advance(61_000);
  const { polls: slow } = await journal.claimPolls(1, 0);
  const { polls: quick } = await journal.claimPolls(1, 0);
  await journal.hold(quick[0]!, "task_not_found");
  await journal.attach(id, { taskId, attempt: null }, 60_000, "it is there, a minute more");
  const early = await journal.settle(slow[0]!, { event: "timed_out" });
  expect(early).toMatchObject({ kind: "ignored", reason: "not_applicable" });
  await clocked.advance(60_000);
  await journal.settle(slow[0]!, { event: "timed_out" });
  expect((await journal.get(id))?.generation).toMatchObject({ status: "failed" });
});

it.each([
  ["refused for now", (attempt: AttemptOf) => clocked.journal.requeue(attempt, "rate_limited", 0)],
  [
    "refused for good",
    (attempt: AttemptOf) => clocked.journal.reject(attempt, "invalid_request", "no"),
  ],
  [
    "refused for the account's sake",
    (attempt: AttemptOf) =>
      clocked.journal.deny(attempt, "insufficient_credits", "", {
        policy: "fail",
        firstProbeMs: null,
        keyDigest: "",
      }),
  ],
])(
  "a submit of before a hold that turns out to have been %s is no doubt any more",
  async (_, say) => {
    const { journal } = clocked;
    const id = await enqueue();
    const attempt = await begin(id);
    await journal.unconfirm(attempt, "answer_lost", 0);
    await journal.endGrace(id, "hold", 3);
    expect((await journal.get(id))?.generation.unresolved).toHaveLength(1);
    expect(await say(attempt)).toMatchObject({ kind: "changed", status: "held" });
    expect((await journal.get(id))?.generation).toMatchObject({ status: "held", unresolved: [] });
    expect(await say(attempt)).toMatchObject({ kind: "ignored", reason: "stale" });
    expect((await journal.laneState()).state.halt).toBeNull();
  },
);

it("a task that a person gave up counts among the submits that may have been paid", async () => {
  const id = await enqueue();
  const times = { deadlineMs: 60_000, firstPollMs: 0 };
  await clocked.journal.accept(await begin(id), `task-${ulidOf(id)}`, times);
  const { polls } = await clocked.journal.claimPolls(1, 15_000);
  await clocked.journal.hold(polls[0]!, "task_not_found");
  await clocked.journal.resubmit([id], "the upstream does not know it");
  const { journal } = clocked;
  const begun = await journal.begin(id, "f2", { ...LIMITS, policy: "resubmit" });
  if (begun.kind !== "begun") throw new Error("not begun");
  await journal.unconfirm(begun.attempt, "answer_lost", 0);
  await journal.endGrace(id, "resubmit", 2);
  expect((await journal.get(id))?.generation).toMatchObject({
    status: "held",
    unresolved: [{ attempt: 2 }],
    extraTaskIds: [`task-${ulidOf(id)}`],
  });
});

describe("a task that a person attaches", () => {
  it("is polled at once, and ends the doubt about the attempt that made it", async () => {
    const id = await hold();
    const task = { taskId: "task-found", attempt: 1 };
    const outcome = await clocked.journal.attach(id, task, 60_000, "found on the usage page");
    expect(outcome).toEqual({ kind: "changed", status: "running" });
    const { polls } = await clocked.journal.claimPolls(1, 15_000);
    expect(polls).toMatchObject([
      { id, taskId: "task-found", dueAt: clocked.now(), facts: { pollCount: 0 } },
    ]);
    expect((await clocked.journal.get(id))?.generation).toMatchObject({ unresolved: [] });
    const answer = await clocked.journal.settle(polls[0]!, { event: "finished", files: [] });
    expect(answer).toMatchObject({ kind: "changed", status: "succeeded" });
  });

  it("leaves every doubt where nobody says which attempt made it", async () => {
    const id = await hold();
    await clocked.journal.attach(id, { taskId: "task-found", attempt: null }, 60_000, "ours");
    const stored = await clocked.journal.get(id);
    expect(stored?.generation).toMatchObject({
      status: "running",
      unresolved: [{ attempt: 1, fence: "f1" }],
    });
  });

  it("must not be another generation's", async () => {
    const [first, second] = [await hold(), await hold()];
    const task = { taskId: "task-of-one", attempt: null };
    await clocked.journal.attach(first, task, 60_000, "ours");
    expect(await clocked.journal.attach(second, task, 60_000, "ours as well")).toEqual({
      kind: "ignored",
      reason: "task_taken",
    });
    expect((await clocked.journal.get(second))?.generation.status).toBe("held");
  });

  it("must not be said to come from an attempt that nobody doubts", async () => {
    const id = await hold();
    const task = { taskId: "task-found", attempt: 2 };
    const outcome = await clocked.journal.attach(id, task, 60_000, "ours");
    expect(outcome).toEqual({ kind: "ignored", reason: "not_applicable" });
  });
});

describe("a resubmit", () => {
  it("asks for a new hint, and counts what may have been paid by then", async () => {
    const id = await hold({ priority: "high" });
    const [outcome] = await clocked.journal.resubmit([id], "the upstream lost it");
    expect(outcome).toEqual({
      kind: "changed",
      status: "queued",
      hint: { id, wake: 2, attempt: 1, priority: "high" },
      mayHavePaidCount: 1,
    });
    expect((await begin(id, "f2")).attempt).toBe(2);
  });

  it("days later is not expired: the submit deadline counts anew", async () => {
    const id = await hold();
    await clocked.advance(3 * DAY_MS);
    await clocked.journal.resubmit([id], "again");
    expect(await clocked.journal.expire(id, DAY_MS)).toMatchObject({ kind: "ignored" });
    await clocked.advance(10_000);
    expect(await clocked.journal.listOverdue("queued", 1)).toMatchObject([{ id, ageMs: 10_000 }]);
    expect((await begin(id, "f2")).attempt).toBe(2);
  });

  it("is followed by polls at the pace of a new task", async () => {
    const id = await enqueue();
    const times = { deadlineMs: 60_000, firstPollMs: 0 };
    await clocked.journal.accept(await begin(id), "task-1", times);
    const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    const facts = { pollCount: 9, errorCount: 0, doubt: null, progress: 12 };
    await clocked.journal.snoozePoll(poll!, 1_000, facts);
    await clocked.journal.hold(poll!, "task_not_found");
    await clocked.journal.resubmit([id], "it is gone");
    await clocked.journal.accept(await begin(id, "f2"), "task-2", times);
    const { polls } = await clocked.journal.claimPolls(1, 15_000);
    expect(polls).toMatchObject([{ taskId: "task-2", facts: { pollCount: 0, progress: null } }]);
    const stored = await clocked.journal.get(id);
    expect(stored?.generation.extraTaskIds).toEqual(["task-1"]);
  });
});

describe("all that a lane holds", () => {
  it("is listed with the longest held first, and decided on in one batch", async () => {
    const ids = [await hold(), await hold(), await hold()];
    await clocked.advance(1_000);
    const last = await hold();
    expect((await clocked.journal.listHeld(3)).toSorted()).toEqual(ids.toSorted());
    expect(await clocked.journal.countHeld()).toBe(4);
    const outcomes = await clocked.journal.abandon([...ids, ids[0]!], "nobody waits for them");
    expect(outcomes.map(({ kind }) => kind)).toEqual(["changed", "changed", "changed", "ignored"]);
    expect(await clocked.journal.listHeld(3)).toEqual([last]);
  });
});

describe("a person's reason", () => {
  it("is kept word for word beside the record, which stays compact", async () => {
    const id = await hold();
    const first = `“ausgefallen” — ${"é".repeat(480)}`;
    await clocked.journal.resubmit([id], first);
    await clocked.journal.unconfirm(await begin(id, "f2"), "answer_lost", 0);
    await clocked.journal.endGrace(id, "hold", 9);
    await clocked.journal.abandon([id], "given up");
    const flight = await clocked.journal.flight(id);
    expect(flight?.reasons).toEqual([first, "given up"]);
    const numbers = flight?.history.flatMap((entry) =>
      entry.kind === "event" && entry.reasonNumber !== undefined ? [entry.reasonNumber] : [],
    );
    expect(numbers).toEqual([1, 2]);
    const key = `${lanePrefix(clocked.journal.lane)}:g:${ulidOf(id)}`;
    expect(await redis.object("ENCODING", key)).toBe("listpack");
  });
});

describe("the trace of an exchange", () => {
  it("is in the line of its outcome, whether that changed anything or came too late", async () => {
    const id = await enqueue();
    const first = await begin(id);
    const refused = { httpStatus: null, detail: "connect_refused" };
    await clocked.journal.requeue(first, "not_sent", 0, refused);
    const second = await begin(id, "f2");
    await clocked.journal.reject(first, "invalid_request", "", { httpStatus: 400, detail: null });
    await clocked.journal.accept(second, "task-1", { deadlineMs: 1, firstPollMs: 0 });
    const traces = (await clocked.journal.history(id)).map((entry) =>
      "trace" in entry ? entry.trace : null,
    );
    expect(traces).toEqual([null, null, refused, null, { httpStatus: 400, detail: null }, null]);
  });

  it("is left out where the line would grow beyond its 64 bytes", async () => {
    const id = await enqueue();
    await clocked.advance(20 * 3_600_000);
    const attempt = await begin(id, "0a1b2c3d");
    const trace = { httpStatus: null, detail: "a_rather_long_word_for_how_it_broke" };
    await clocked.journal.requeue(attempt, "upstream_misconfigured", 900_000, trace);
    const entries = await clocked.journal.history(id);
    expect(entries.at(-1)).not.toHaveProperty("trace");
    expect(entries.at(-1)).toMatchObject({ event: { code: "upstream_misconfigured" } });
  });
});

it("the flight of an id that nobody knows is null", async () => {
  const { id } = buildNewGeneration(clocked.journal.lane);
  expect(await clocked.journal.flight(id)).toBeNull();
});
