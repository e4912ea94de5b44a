import { lanePrefix, openJournal } from "@apidot-queue/journal";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it } from "vitest";

import { createProducer } from "./create-producer.ts";
import type { Producer } from "./producer.ts";

const FAST = { model: "veo3.1-fast", input: { prompt: "a kayak", resolution: "1080p" } } as const;

let redis: Redis;
let lane: string;
let producer: Producer;

beforeEach(() => {
  redis = connectTestRedis();
  lane = uniqueLane();
  producer = createProducer({ redis: testRedisUrl(), lane, tenant: lane });
});
afterEach(async () => {
  await producer.close();
  redis.disconnect();
});

async function canceled(): Promise<string> {
  const { id } = await producer.enqueue(FAST, {
    userId: "user-7",
    metadata: { order: 1042 },
    priority: "high",
    deadlineMs: 120_000,
    idempotencyKey: "order-1042",
  });
  await producer.cancel(id);
  return id;
}

/** Fails it for the account. */
async function deny(id: string): Promise<void> {
  const journal = openJournal(redis, lane);
  const begun = await journal.begin(id, "f1", {
    sendWithinMs: 2_000,
    answerWithinMs: 50_000,
    submitDeadlineMs: 0,
    policy: "resubmit",
  });
  if (begun.kind !== "begun") throw new Error("not begun");
  const rules = { policy: "fail", firstProbeMs: null, keyDigest: "" } as const;
  await journal.deny(begun.attempt, "insufficient_credits", "no credits are left", rules);
}

it("a retry has the request and the options of the old one, and leaves that as it is", async () => {
  const id = await canceled();
  const before = await producer.get(id);
  const record = await producer.retry(id);
  expect(record).toMatchObject({
    lane,
    status: "queued",
    ...FAST,
    userId: "user-7",
    metadata: { order: 1042 },
    priority: "high",
    attempts: 0,
    retryOf: id,
    credits: before.credits,
  });
  expect(record.id).not.toBe(id);
  expect(await producer.get(record.id)).toEqual(record);
  expect(await producer.get(id)).toEqual(before);
  const { deadlineMs, options } = (await openJournal(redis, lane).get(record.id))!;
  expect([deadlineMs, options.idempotencyKey]).toEqual([120_000, null]);
});

it("two retries with one key are one generation; without a key they are two", async () => {
  const id = await canceled();
  const keyed = { idempotencyKey: "retry-1" };
  const [first, again] = [await producer.retry(id, keyed), await producer.retry(id, keyed)];
  expect(again.id).toBe(first.id);
  expect((await producer.retry(id)).id).not.toBe(first.id);
});

it("a key that has made a retry gives it again, whatever became since of what it retries", async () => {
  const { id } = await producer.enqueue(FAST);
  await deny(id);
  const keyed = { idempotencyKey: "retry-1" };
  const first = await producer.retry(id, keyed);
  // T9a: a callback tells that it was accepted after all.
  const journal = openJournal(redis, lane);
  await journal.noteCallback({ id, attempt: 1, taskId: "task-late" });
  await journal.confirm({ id, taskId: "task-late" }, { kind: "finished", files: [] }, 60_000, 0);
  expect((await producer.get(id)).status).toBe("succeeded");
  expect(await producer.retry(id, keyed)).toEqual(first);
  await expect(producer.retry(id)).rejects.toMatchObject({ code: "not_retryable" });
  const other = { idempotencyKey: "retry-2" };
  await expect(producer.retry(id, other)).rejects.toMatchObject({ code: "not_retryable" });
});

it("a key that was taken for a retry of which nothing was stored makes it", async () => {
  const id = await canceled();
  const keyed = { idempotencyKey: "retry-1" };
  const { id: first } = await producer.retry(id, keyed);
  await redis.del(`${lanePrefix(lane)}:g:${first.split("_")[1]}`);
  expect(await producer.retry(id, keyed)).toMatchObject({ id: first, status: "queued" });
});

it("a key that was used for the request itself is none for its retry", async () => {
  const id = await canceled();
  const refused = producer.retry(id, { idempotencyKey: "order-1042" });
  await expect(refused).rejects.toMatchObject({ code: "idempotency_conflict", generationId: id });
});

it("a retry of a failure may itself be retried", async () => {
  const { id } = await producer.enqueue(FAST);
  await deny(id);
  const second = await producer.retry(id);
  await producer.cancel(second.id);
  expect(await producer.retry(second.id)).toMatchObject({ status: "queued", retryOf: second.id });
});

it("one that goes on is not retried, and the refusal says what to do", async () => {
  const { id } = await producer.enqueue(FAST);
  await expect(producer.retry(id)).rejects.toMatchObject({
    code: "not_retryable",
    status: "queued",
    advice: "it goes on; cancel it first if you want it anew",
  });
  const unknown = `${lane}_01kat5k3v8q2x7m4n9p0r1s2t3`;
  await expect(producer.retry(unknown)).rejects.toMatchObject({ code: "unknown_generation" });
  await expect(producer.retry(id, { idempotencyKey: "" })).rejects.toMatchObject({
    errors: [{ pointer: "/idempotencyKey" }],
  });
});

it("a request that the catalog takes no more is refused with every wrong field", async () => {
  const open = createProducer({
    redis: testRedisUrl(),
    lane,
    tenant: lane,
    allowUnknownModels: true,
  });
  const request = { model: "veo9", input: { prompt: "a kayak" } } as unknown as typeof FAST;
  const { id } = await open.enqueue(request);
  await open.cancel(id);
  const keyed = { idempotencyKey: "retry-1" };
  const retry = await open.retry(id, keyed);
  expect(retry).toMatchObject({ model: "veo9", retryOf: id });
  await open.close();
  await expect(producer.retry(id)).rejects.toMatchObject({ errors: [{ pointer: "/model" }] });
  // What was made before is not made anew.
  expect(await producer.retry(id, keyed)).toEqual(retry);
});
