import { CATALOG, newGenerationId, overlayCatalog } from "@apidot-queue/core";
import { lanePrefix, openIdempotencyKeys, openJournal } from "@apidot-queue/journal";
import { openSubmitQueue } from "@apidot-queue/queue";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { newGeneration, requestDigest } from "./new-generation.ts";
import { createProducer } from "./create-producer.ts";
import type { EnqueueItem, Producer } from "./producer.ts";
import type { StorageUnknownError } from "./producer-error.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const FAST = { model: "veo3.1-fast", input: { prompt: "a kayak" } } as const;
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};
const TIMES = { deadlineMs: 60_000, firstPollMs: 0 };

let redis: Redis;
let lane: string;
let tenant: string;
let producer: Producer;

beforeEach(() => {
  redis = connectTestRedis();
  lane = uniqueLane();
  tenant = uniqueLane();
  producer = createProducer({ redis: testRedisUrl(), lane, tenant });
});
afterEach(async () => {
  await producer.close();
  redis.disconnect();
});

const storedCount = async (): Promise<number> =>
  (await redis.keys(`${lanePrefix(lane)}:g:*`)).length;

async function hintsOf(ids: readonly string[]): Promise<boolean[]> {
  const queue = openSubmitQueue(redis, lanePrefix(lane), () => undefined);
  const living = await queue.livingHints(ids.map((id) => ({ id, wake: 1 })));
  await queue.close();
  return living;
}

/** Does what the workers do: begins, accepts, finishes. */
async function finish(id: string): Promise<void> {
  const journal = openJournal(redis, lane);
  const begun = await journal.begin(id, "f1", LIMITS);
  if (begun.kind !== "begun") throw new Error("not begun");
  await journal.accept(begun.attempt, `task-of-${id}`, TIMES);
  const { polls } = await journal.claimPolls(10, 1_000);
  for (const poll of polls) {
    const files = [{ url: "https://files.example/video.mp4", type: "video" }];
    await journal.settle(poll, { event: "finished", files });
  }
}

describe("enqueue", () => {
  it("stores the record as given, adds one hint and returns the record", async () => {
    const options = { userId: "u1", metadata: { order: 7 }, priority: "high" as const };
    const record = await producer.enqueue(LITE, options);
    expect(record).toMatchObject({
      lane,
      status: "queued",
      model: "veo3.1-lite",
      input: { prompt: "a paper boat" },
      userId: "u1",
      metadata: { order: 7 },
      priority: "high",
      attempts: 0,
      task: null,
      files: [],
      error: null,
      credits: { estimated: 20, catalogDate: "2026-06-14" },
    });
    expect(await producer.get(record.id)).toEqual(record);
    await expect.poll(() => hintsOf([record.id])).toEqual([true]);
  });

  it("names every wrong field and stores nothing", async () => {
    const wrong = { model: "veo3.1-lite", input: { duration: 9, colour: "red" } };
    const failure = producer.enqueue(wrong as never, { priority: "urgent" as never });
    await expect(failure).rejects.toMatchObject({ code: "invalid_request" });
    const errors = await failure.catch((error: { errors: { pointer: string }[] }) => error.errors);
    expect((errors as { pointer: string }[]).map((e) => e.pointer).toSorted()).toEqual([
      "/input/colour",
      "/input/duration",
      "/input/prompt",
      "/priority",
    ]);
    expect(await storedCount()).toBe(0);
  });

  it("stores none of many when one is wrong, and says which", async () => {
    const items = [{ request: LITE }, { request: { model: "veo3.1-fast", input: {} } as never }];
    await expect(producer.enqueueMany(items)).rejects.toMatchObject({
      errors: [{ pointer: "/1/input/prompt" }],
    });
    expect(await storedCount()).toBe(0);
  });

  it("stores many in order, more than one batch of them", async () => {
    const items: EnqueueItem[] = Array.from({ length: 1_201 }, (_, n) => ({
      request: LITE,
      options: { userId: `u${n}` },
    }));
    const records = await producer.enqueueMany(items);
    expect(records.map((record) => record.userId)).toEqual(items.map((i) => i.options?.userId));
    expect(await storedCount()).toBe(1_201);
    expect((await hintsOf(records.map((r) => r.id))).every(Boolean)).toBe(true);
  });
});

describe("many enqueues at once", () => {
  it("are stored each as its caller gave it, whoever they are, with a hint each", async () => {
    const other = producer.forTenant(uniqueLane());
    const records = await Promise.all(
      Array.from({ length: 80 }, (_, n) =>
        (n % 2 === 0 ? producer : other).enqueue(n % 3 === 0 ? FAST : LITE, { userId: `u${n}` }),
      ),
    );
    expect(records.map(({ userId }) => userId)).toEqual(records.map((_, n) => `u${n}`));
    expect(await storedCount()).toBe(80);
    for (const [n, record] of records.entries()) {
      expect(await (n % 2 === 0 ? producer : other).get(record.id)).toEqual(record);
    }
    const ids = records.map(({ id }) => id);
    await expect.poll(async () => (await hintsOf(ids)).every(Boolean)).toBe(true);
  });

  it("each hear of their own generation alone when Redis does not answer", async () => {
    const server = await startPrivateRedis();
    onTestFinished(() => server.stop());
    const own = createProducer({ redis: server.url, lane, tenant, durability: "relaxed" });
    onTestFinished(() => own.close());
    await own.enqueue(LITE);
    await server.kill("SIGSTOP");
    const failures = await Promise.all(
      [LITE, FAST, LITE].map((request) =>
        own.enqueue(request).then(
          () => [],
          (error: StorageUnknownError) => [
            error.code,
            error.generationIds.length,
            ...error.generationIds,
          ],
        ),
      ),
    );
    expect(failures.map(([code, count]) => [code, count])).toEqual(
      failures.map(() => ["storage_unknown", 1]),
    );
    expect(new Set(failures.map(([, , id]) => id)).size).toBe(3);
    await server.kill("SIGCONT");
  });

  it("have their hints by the time that the producer is closed", async () => {
    const own = createProducer({ redis: testRedisUrl(), lane, tenant });
    const records = await Promise.all(Array.from({ length: 5 }, () => own.enqueue(LITE)));
    await own.close();
    expect(await hintsOf(records.map(({ id }) => id))).toEqual(records.map(() => true));
  });
});

describe("what a person is told was done", () => {
  it.each(["cancel", "halt", "abandon"])("%s is on disk by then", async (what) => {
    let waitCount = 0;
    const until = () => Promise.resolve(void (waitCount += 1));
    const durability = { mark: () => 0, until, close: () => undefined };
    const own = createProducer({ redis: testRedisUrl(), lane, tenant, durability });
    onTestFinished(() => own.close());
    const { id } = await own.enqueue(LITE);
    if (what === "abandon") {
      const journal = openJournal(redis, lane);
      const begun = await journal.begin(id, "f1", LIMITS);
      if (begun.kind !== "begun") throw new Error("not begun");
      await journal.unconfirm(begun.attempt, "answer_lost", 0);
      await journal.endGrace(id, "hold", 1);
    }
    expect(waitCount).toBe(1);
    if (what === "cancel") await own.cancel(id);
    if (what === "halt") await own.haltLane(lane, "stop the money");
    if (what === "abandon") await own.resolve(id, { action: "abandon", reason: "nobody waits" });
    expect(waitCount).toBe(2);
  });
});

describe("an idempotency key", () => {
  const idempotencyKey = "order-1";

  it("whose first request is under way is refused where that is wished, for six seconds at most", async () => {
    const strict = createProducer({ redis: testRedisUrl(), lane, tenant, busyKeys: "refuse" });
    const keys = openIdempotencyKeys(redis);
    const id = newGenerationId(lane, Date.now());
    const digest = requestDigest(LITE);
    // A process took the key, and has not stored its generation.
    await keys.reserve({ tenant, key: idempotencyKey, digest, id });
    await expect(strict.enqueue(LITE, { idempotencyKey })).rejects.toMatchObject({
      code: "idempotency_key_busy",
      generationId: id,
    });
    await expect(strict.get(id)).rejects.toMatchObject({ code: "unknown_generation" });
    // It died: six seconds later whoever sends the key finishes what it began.
    const [name = ""] = await redis.keys(`{aq.idem}:${tenant}:*`);
    await redis.pexpire(name, (await redis.pttl(name)) - 6_000);
    expect((await strict.enqueue(LITE, { idempotencyKey })).id).toBe(id);
    expect((await strict.enqueue(LITE, { idempotencyKey })).id).toBe(id);
    // Twice in one call is one request.
    const twice = { request: LITE, options: { idempotencyKey: "order-2" } };
    const [a, b] = await strict.enqueueMany([twice, twice]);
    expect(b?.id).toBe(a?.id);
    await strict.close();
  });

  it("is not busy for an hour because a clock stepped back by one", async () => {
    const strict = createProducer({ redis: testRedisUrl(), lane, tenant, busyKeys: "refuse" });
    onTestFinished(() => strict.close());
    const id = newGenerationId(lane, Date.now());
    const keys = openIdempotencyKeys(redis);
    await keys.reserve({ tenant, key: idempotencyKey, digest: requestDigest(LITE), id });
    const [name = ""] = await redis.keys(`{aq.idem}:${tenant}:*`);
    await redis.pexpire(name, (await redis.pttl(name)) + 3_600_000);
    expect((await strict.enqueue(LITE, { idempotencyKey })).id).toBe(id);
  });

  it("gives the same generation for the same request, however often and at once", async () => {
    const records = await Promise.all(
      Array.from({ length: 10 }, () => producer.enqueue(LITE, { idempotencyKey })),
    );
    expect(new Set(records.map((record) => record.id)).size).toBe(1);
    expect(await storedCount()).toBe(1);
    const twice = await producer.enqueueMany([
      { request: LITE, options: { idempotencyKey } },
      { request: LITE, options: { idempotencyKey } },
    ]);
    expect(twice.map((record) => record.id)).toEqual([records[0]?.id, records[0]?.id]);
  });

  it("finds what it has made, though the model is paused or unknown since", async () => {
    const overlaid = overlayCatalog({ [LITE.model]: { status: "paused", reason: "over budget" } });
    if (!overlaid.ok) throw new Error("no overlay");
    const catalog = overlaid.catalog;
    const later = createProducer({ redis: testRedisUrl(), lane, tenant, catalog });
    onTestFinished(() => later.close());
    const { id } = await producer.enqueue(LITE, { idempotencyKey });
    expect(await later.enqueue(LITE, { idempotencyKey })).toMatchObject({ id });
    await expect(later.enqueue(LITE)).rejects.toMatchObject({ code: "invalid_request" });
    await expect(later.enqueue(LITE, { idempotencyKey: "new" })).rejects.toMatchObject({
      errors: [{ pointer: "/model", code: "model_paused" }],
    });
    const open = createProducer({
      redis: testRedisUrl(),
      lane,
      tenant,
      allowUnknownModels: true,
    });
    onTestFinished(() => open.close());
    const unknown = { model: "brand-new", input: { prompt: "a boat" } } as never;
    const first = await open.enqueue(unknown, { idempotencyKey: "order-2" });
    const again = await producer.enqueue(unknown, { idempotencyKey: "order-2" });
    expect(again.id).toBe(first.id);
  });

  it("is a conflict for another request", async () => {
    const { id } = await producer.enqueue(LITE, { idempotencyKey });
    await expect(producer.enqueue(FAST, { idempotencyKey })).rejects.toMatchObject({
      code: "idempotency_conflict",
      generationId: id,
    });
  });

  it("belongs to its tenant", async () => {
    const other = createProducer({ redis: testRedisUrl(), lane, tenant: uniqueLane() });
    const mine = await producer.enqueue(LITE, { idempotencyKey });
    const theirs = await other.enqueue(FAST, { idempotencyKey });
    expect(theirs.id).not.toBe(mine.id);
    await other.close();
  });

  it("finishes an enqueue whose producer died after the reservation", async () => {
    const valid = { request: LITE, options: { idempotencyKey } };
    const { id } = newGeneration(valid, tenant, CATALOG, lane);
    const digest = requestDigest(LITE);
    await openIdempotencyKeys(redis).reserve({ tenant, key: idempotencyKey, digest, id });
    const record = await producer.enqueue(LITE, { idempotencyKey });
    expect(record).toMatchObject({ id, status: "queued" });
    expect(await storedCount()).toBe(1);
  });
});

describe("wait", () => {
  it("resolves with the record when the generation settles", async () => {
    const { id } = await producer.enqueue(LITE);
    const waiting = producer.wait(id, { timeoutMs: 20_000 });
    await finish(id);
    expect(await waiting).toMatchObject({
      status: "succeeded",
      task: { id: `task-of-${id}`, status: "finished", progress: 100 },
      files: [{ url: "https://files.example/video.mp4", type: "video" }],
    });
    expect((await producer.wait(id)).status).toBe("succeeded");
  });

  it("resolves on held", async () => {
    const { id } = await producer.enqueue(LITE);
    const waiting = producer.wait(id, { timeoutMs: 20_000 });
    const journal = openJournal(redis, lane);
    const begun = await journal.begin(id, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    await journal.unconfirm(begun.attempt, "answer_lost", 0);
    await journal.endGrace(id, "hold", 3);
    expect(await waiting).toMatchObject({
      status: "held",
      error: { code: "unconfirmed", retryable: true },
    });
  });

  it("says that the time is up, and the generation goes on", async () => {
    const { id } = await producer.enqueue(LITE);
    await expect(producer.wait(id, { timeoutMs: 30 })).rejects.toMatchObject({
      code: "wait_timeout",
      generationId: id,
    });
    expect((await producer.get(id)).status).toBe("queued");
  });

  it("ends with the reason of its signal", async () => {
    const { id } = await producer.enqueue(LITE);
    const controller = new AbortController();
    const waiting = producer.wait(id, { signal: controller.signal });
    const reason = new Error("no longer needed");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it("knows no unknown generation", async () => {
    const unknown = `${lane}_01jd0000000000000000000000`;
    await expect(producer.wait(unknown)).rejects.toMatchObject({ code: "unknown_generation" });
    await expect(producer.get("nonsense")).rejects.toMatchObject({ code: "unknown_generation" });
  });
});

describe("a batch that is refused for one of its keys", () => {
  it("takes none of the others", async () => {
    await producer.enqueue(FAST, { idempotencyKey: "taken" });
    const items = [
      { request: LITE, options: { idempotencyKey: "fresh" } },
      { request: LITE, options: { idempotencyKey: "taken" } },
    ];
    await expect(producer.enqueueMany(items)).rejects.toMatchObject({ name: /Conflict/ });
    const { id } = await producer.enqueue(FAST, { idempotencyKey: "fresh" });
    expect((await producer.get(id)).model).toBe(FAST.model);
  });

  it("takes none where two of its own requests have the same key", async () => {
    const items = [
      { request: LITE, options: { idempotencyKey: "twice" } },
      { request: FAST, options: { idempotencyKey: "twice" } },
    ];
    await expect(producer.enqueueMany(items)).rejects.toMatchObject({
      code: "invalid_request",
      errors: [{ pointer: "/1/idempotencyKey" }],
    });
    expect(await storedCount()).toBe(0);
    await expect(producer.enqueue(FAST, { idempotencyKey: "twice" })).resolves.toBeDefined();
  });
});

describe("cancel", () => {
  it("cancels at once what waits, and again changes nothing", async () => {
    const { id } = await producer.enqueue(LITE);
    const record = await producer.cancel(id);
    expect(record.status).toBe("canceled");
    expect(await producer.cancel(id)).toEqual(record);
  });

  it("stores the wish where a submit may be out", async () => {
    const { id } = await producer.enqueue(LITE);
    await openJournal(redis, lane).begin(id, "f1", LIMITS);
    const record = await producer.cancel(id);
    expect(record.status).toBe("submitting");
    expect(record.cancelRequestedAt).toBeInstanceOf(Date);
  });

  it("says of a task that failed meanwhile that it failed", async () => {
    const journal = openJournal(redis, lane);
    const { id } = await producer.enqueue(LITE);
    const begun = await journal.begin(id, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    await journal.accept(begun.attempt, `task-of-${id}`, TIMES);
    await producer.cancel(id);
    const { polls } = await journal.claimPolls(1, 1_000);
    await journal.settle(polls[0]!, { event: "task_failed", message: "content policy" });
    const record = await producer.get(id);
    expect(record).toMatchObject({ status: "canceled", task: { status: "failed" } });
  });

  it("keeps what failed for the account from being sent again", async () => {
    const journal = openJournal(redis, lane);
    const { id } = await producer.enqueue(LITE);
    const begun = await journal.begin(id, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    const rules = { policy: "fail", firstProbeMs: null, keyDigest: "" } as const;
    await journal.deny(begun.attempt, "insufficient_credits", "", rules);
    const record = await producer.cancel(id);
    expect(record).toMatchObject({ status: "failed", cancelRequestedAt: expect.any(Date) as Date });
    expect((await producer.resumeLane(lane, { redrive: true })).redrivenCount).toBe(0);
    expect((await producer.get(id)).status).toBe("failed");
  });
});

describe("an outage", () => {
  it("fails at once, loses nothing that was acknowledged, and a wait survives it", async () => {
    const server = await startPrivateRedis({ appendfsync: "always" });
    const own = createProducer({ redis: server.url, lane });
    const { id } = await own.enqueue(LITE);
    const waiting = own.wait(id, { timeoutMs: 25_000 });
    await server.kill("SIGKILL");
    await expect(own.enqueue(LITE)).rejects.toMatchObject({
      code: expect.stringMatching(/^(not_stored|storage_unknown)$/) as string,
    });
    await expect.poll(() => own.get(id).catch((e: { code: string }) => e.code)).toBe("unavailable");
    await expect(own.enqueue(LITE)).rejects.toMatchObject({ code: "not_stored" });

    const again = await startPrivateRedis({ dir: server.dir, port: server.port });
    await expect.poll(() => own.cancel(id).catch(() => null), { timeout: 15_000 }).not.toBeNull();
    expect((await waiting).status).toBe("canceled");
    await own.close();
    await again.stop();
  });
});
