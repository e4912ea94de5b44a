import { openJournal } from "@apidot-queue/journal";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createProducer } from "./create-producer.ts";
import type { Producer } from "./producer.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;

let everybodys: Producer;
let shop: Producer;
let studio: Producer;
let lane: string;
let redis: Redis;

beforeEach(() => {
  redis = connectTestRedis();
  lane = uniqueLane();
  everybodys = createProducer({ redis: testRedisUrl(), lane });
  // Idempotency keys are not the lane's: each test has tenants of its own.
  shop = everybodys.forTenant(`shop-${lane}`);
  studio = everybodys.forTenant(`studio-${lane}`);
});
afterEach(async () => {
  await everybodys.close();
  redis.disconnect();
});

const idsOf = async (producer: Producer): Promise<string[]> =>
  (await producer.list()).records.map(({ id }) => id);

describe("a producer for one tenant", () => {
  it("lists its own alone, and everybody's lists all", async () => {
    const [a, b, c] = [
      await shop.enqueue(LITE),
      await studio.enqueue(LITE),
      await everybodys.enqueue(LITE),
    ];
    expect(await idsOf(shop)).toEqual([a.id]);
    expect(await idsOf(studio)).toEqual([b.id]);
    expect(await idsOf(everybodys)).toEqual([c.id, b.id, a.id]);
    expect(await idsOf(everybodys.forTenant("default"))).toEqual([c.id]);
  });

  it("knows nothing of another one's, and changes nothing of it", async () => {
    const { id } = await shop.enqueue(LITE);
    const calls: Record<string, () => Promise<unknown>> = {
      get: () => studio.get(id),
      wait: () => studio.wait(id, { timeoutMs: 5_000 }),
      cancel: () => studio.cancel(id),
      retry: () => studio.retry(id),
      "retry with a key": () => studio.retry(id, { idempotencyKey: "k" }),
      explain: () => studio.explain(id),
      resolve: () => studio.resolve(id, { action: "abandon", reason: "mine now" }),
    };
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name).rejects.toMatchObject({ code: "unknown_generation" });
    }
    expect(await shop.get(id)).toMatchObject({ status: "queued", cancelRequestedAt: null });
    expect(await shop.explain(id)).toMatchObject({ id });
    expect(await shop.cancel(id)).toMatchObject({ status: "canceled" });
  });

  it("has idempotency keys and users of its own", async () => {
    const options = { idempotencyKey: "order-1", userId: "u1" };
    const a = await shop.enqueue(LITE, options);
    const b = await studio.enqueue(LITE, options);
    expect(b.id).not.toBe(a.id);
    expect((await shop.enqueue(LITE, options)).id).toBe(a.id);
    const { records } = await studio.list({ userId: "u1" });
    expect(records.map(({ id }) => id)).toEqual([b.id]);
  });

  it("may be let see everything, and still enqueues for itself", async () => {
    const { id } = await shop.enqueue(LITE);
    const admin = everybodys.forTenant(`ops-${lane}`, { sees: "all" });
    expect(await admin.get(id)).toMatchObject({ id });
    const own = await admin.enqueue(LITE);
    expect(await idsOf(admin)).toEqual([own.id, id]);
    expect(await idsOf(shop)).toEqual([id]);
    expect(await admin.cancel(id)).toMatchObject({ status: "canceled" });
    // What is retried stays its tenant's.
    const retry = await admin.retry(id);
    expect(await shop.get(retry.id)).toMatchObject({ retryOf: id });
  });

  it("retries another one's under a key of its own, beside the same key of that one", async () => {
    const idempotencyKey = "click-1";
    const own = await shop.enqueue(LITE, { idempotencyKey });
    await shop.cancel(own.id);
    const admin = everybodys.forTenant(`ops-${lane}`, { sees: "all" });
    const retry = await admin.retry(own.id, { idempotencyKey });
    expect(retry.id).not.toBe(own.id);
    expect(await admin.retry(own.id, { idempotencyKey })).toMatchObject({ id: retry.id });
    // Neither takes the key from the other, not even when the retry is forgotten.
    expect(await shop.enqueue(LITE, { idempotencyKey })).toMatchObject({ id: own.id });
    const journal = openJournal(redis, lane);
    expect(await journal.get(retry.id)).toMatchObject({
      options: { tenant: `shop-${lane}`, idempotencyKey: null },
    });
  });

  it("finds what its key has made, though it is held to another lane by now", async () => {
    const elsewhere = uniqueLane();
    const idempotencyKey = "order-1";
    const { id } = await shop.enqueue(LITE, { lane: elsewhere, idempotencyKey });
    const moved = everybodys.forTenant(`shop-${lane}`, { lanes: [lane] });
    expect(await moved.enqueue(LITE, { idempotencyKey })).toMatchObject({ id, lane: elsewhere });
    expect(await moved.findEnqueued(LITE, idempotencyKey)).toMatchObject({ id });
    expect(await idsOf(moved)).toEqual([]);
    await shop.cancel(id);
    const retry = await shop.retry(id, { idempotencyKey: "click-1" });
    await expect(moved.retry(id, { idempotencyKey: "click-1" })).rejects.toMatchObject({
      code: "unknown_generation",
    });
    expect(retry).toMatchObject({ lane: elsewhere });
  });

  it("may be held to some lanes", async () => {
    const elsewhere = uniqueLane();
    const { id } = await shop.enqueue(LITE, { lane: elsewhere });
    const here = everybodys.forTenant(`shop-${lane}`, { lanes: [lane] });
    const there = everybodys.forTenant(`shop-${lane}`, { lanes: [elsewhere], lane: elsewhere });
    await expect(here.get(id)).rejects.toMatchObject({ code: "unknown_generation" });
    expect(await there.get(id)).toMatchObject({ lane: elsewhere });
    expect(await idsOf(there)).toEqual([id]);
    const wrong = { errors: [{ pointer: "/lane" }] };
    await expect(here.enqueue(LITE, { lane: elsewhere })).rejects.toMatchObject(wrong);
    await expect(here.list({ lane: elsewhere })).rejects.toMatchObject(wrong);
    const items = [{ request: LITE, options: { lane: elsewhere } }];
    await expect(here.enqueueMany(items)).rejects.toMatchObject(wrong);
  });
});

it("a tenant has a name that keys and records can hold", () => {
  for (const name of ["", "my shop", "n".repeat(49)]) {
    expect(() => everybodys.forTenant(name)).toThrow(RangeError);
    expect(() => createProducer({ redis: testRedisUrl(), tenant: name })).toThrow(RangeError);
  }
});
