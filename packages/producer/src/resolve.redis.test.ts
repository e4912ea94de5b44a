import { lanePrefix, openJournal } from "@apidot-queue/journal";
import { openSubmitQueue } from "@apidot-queue/queue";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createProducer } from "./create-producer.ts";
import type { Producer } from "./producer.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "hold" as const,
};

let redis: Redis;
let lane: string;
let producer: Producer;

beforeEach(() => {
  redis = connectTestRedis();
  lane = uniqueLane();
  producer = createProducer({ redis: testRedisUrl(), lane, generationDeadlineMs: 90_000 });
});
afterEach(async () => {
  await producer.close();
  redis.disconnect();
});

/** One submit got no answer, and nobody may send it again. */
async function holdOne(): Promise<string> {
  const { id } = await producer.enqueue(LITE);
  const journal = openJournal(redis, lane);
  const begun = await journal.begin(id, "f1", LIMITS);
  if (begun.kind !== "begun") throw new Error("not begun");
  await journal.unconfirm(begun.attempt, "answer_lost", 0);
  await journal.endGrace(id, "hold", 3);
  return id;
}

async function isHinted(id: string, wake: number): Promise<boolean> {
  const queue = openSubmitQueue(redis, lanePrefix(lane), () => undefined);
  const [isLiving = false] = await queue.livingHints([{ id, wake }]);
  await queue.close();
  return isLiving;
}

describe("resolve", () => {
  it("resubmit queues it with a hint, and says how many submits may have been paid", async () => {
    const id = await holdOne();
    const { record, mayBePaidCount } = await producer.resolve(id, {
      action: "resubmit",
      reason: "the upstream lost it",
    });
    expect(record).toMatchObject({ id, status: "queued", attempts: 1 });
    expect(mayBePaidCount).toBe(1);
    expect(await isHinted(id, 2)).toBe(true);
  });

  it("attach follows the task from now on, within the deadline of the set-up", async () => {
    const id = await holdOne();
    const decision = {
      action: "attach",
      taskId: "task-found",
      attempt: 1,
      reason: "found",
    } as const;
    const { record, mayBePaidCount } = await producer.resolve(id, decision);
    expect(record).toMatchObject({ status: "running", task: { id: "task-found" } });
    const { submittedAt, deadlineAt } = record;
    expect(Number(deadlineAt) - Number(submittedAt)).toBe(90_000);
    expect(mayBePaidCount).toBe(1);
  });

  it("abandon fails it, with the doubt about the money kept", async () => {
    const id = await holdOne();
    const { record, mayBePaidCount } = await producer.resolve(id, {
      action: "abandon",
      reason: "nobody waits",
    });
    expect(record).toMatchObject({ status: "failed", error: { code: "abandoned" } });
    expect(mayBePaidCount).toBe(1);
  });

  it("a second time changes nothing, and says where it is", async () => {
    const id = await holdOne();
    const decision = { action: "resubmit", reason: "once" } as const;
    await producer.resolve(id, decision);
    await expect(producer.resolve(id, decision)).rejects.toMatchObject({
      code: "not_held",
      status: "queued",
    });
    expect(await isHinted(id, 3)).toBe(false);
  });

  it("attach refuses a task of another generation, and an attempt that nobody doubts", async () => {
    const [first, second] = [await holdOne(), await holdOne()];
    const attach = { action: "attach", taskId: "task-1", attempt: null, reason: "ours" } as const;
    await producer.resolve(first, attach);
    await expect(producer.resolve(second, attach)).rejects.toMatchObject({ code: "task_taken" });
    const wrong = { ...attach, taskId: "task-2", attempt: 7 };
    await expect(producer.resolve(second, wrong)).rejects.toMatchObject({
      code: "invalid_request",
      errors: [{ pointer: "/attempt", message: "must be an unresolved attempt: 1" }],
    });
  });

  it("refuses what is no decision, and an id that nobody knows", async () => {
    const id = await holdOne();
    const wrong = { action: "attach", taskId: "", attempt: 0, reason: " " } as const;
    await expect(producer.resolve(id, wrong)).rejects.toMatchObject({
      errors: [{ pointer: "/taskId" }, { pointer: "/attempt" }, { pointer: "/reason" }],
    });
    const unknown = `${lane}_01kat5k3v8q2x7m4n9p0r1s2t3`;
    const decision = { action: "abandon", reason: "x" } as const;
    await expect(producer.resolve(unknown, decision)).rejects.toMatchObject({
      code: "unknown_generation",
    });
  });
});

describe("resolveHeld", () => {
  it("decides on the longest held, up to its limit, and says what is left", async () => {
    const ids = [await holdOne(), await holdOne(), await holdOne()];
    const decision = { action: "resubmit", reason: "all again" } as const;
    expect(await producer.resolveHeld({ ...decision, limit: 2 })).toEqual({
      resolvedCount: 2,
      remainingCount: 1,
      mayBePaidCount: 2,
    });
    expect(await producer.resolveHeld({ action: "abandon", reason: "enough" })).toEqual({
      resolvedCount: 1,
      remainingCount: 0,
      mayBePaidCount: 0,
    });
    const records = await Promise.all(ids.map((id) => producer.get(id)));
    expect(records.map(({ status }) => status).toSorted()).toEqual(["failed", "queued", "queued"]);
    const hinted = await Promise.all(ids.map((id) => isHinted(id, 2)));
    expect(hinted.filter(Boolean)).toHaveLength(2);
  });

  it("of a lane that holds nothing does nothing", async () => {
    const decision = { action: "resubmit", reason: "all again" } as const;
    expect(await producer.resolveHeld(decision)).toEqual({
      resolvedCount: 0,
      remainingCount: 0,
      mayBePaidCount: 0,
    });
    await expect(producer.resolveHeld({ ...decision, limit: 0 })).rejects.toMatchObject({
      errors: [{ pointer: "/limit" }],
    });
  });
});

describe("explain", () => {
  it("tells of every decision with its reason, and nothing of the request", async () => {
    const id = await holdOne();
    await producer.resolve(id, { action: "resubmit", reason: "the upstream lost it" });
    const record = await producer.explain(id);
    expect(record).toMatchObject({ id, status: "queued", awaited: { by: "submit_worker" } });
    expect(record.steps.map(({ rule, reason }) => [rule, reason])).toEqual([
      ["T1", null],
      ["T2", null],
      ["T6", null],
      ["T10", null],
      ["T14", "the upstream lost it"],
    ]);
    expect(record.money).toMatchObject({ mayBePaidCount: 1, attempts: [1], atMostCredits: 20 });
    expect(JSON.stringify(record)).not.toContain("paper boat");
  });

  it("of an id that nobody knows is refused", async () => {
    const unknown = `${lane}_01kat5k3v8q2x7m4n9p0r1s2t3`;
    await expect(producer.explain(unknown)).rejects.toMatchObject({ code: "unknown_generation" });
    await expect(producer.explain("x")).rejects.toMatchObject({ code: "unknown_generation" });
  });
});
