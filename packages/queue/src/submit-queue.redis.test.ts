import type { Disposition } from "@apidot-queue/core";
import { connectTestRedis, ownErrors, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  DEFAULT_SUBMIT_CONSUMER,
  startSubmitConsumer,
  type SubmitConsumer,
  type SubmitConsumerSettings,
} from "./submit-consumer.ts";
import type { SubmitHint } from "./submit-job.ts";
import { openSubmitQueue, type SubmitQueue } from "./submit-queue.ts";

let producerRedis: Redis;
let workerRedis: Redis;
let prefix: string;
let queue: SubmitQueue;
let consumers: SubmitConsumer[];

beforeEach(async () => {
  producerRedis = connectTestRedis();
  workerRedis = ownErrors(new Redis(testRedisUrl(), { maxRetriesPerRequest: null }));
  await Promise.all([producerRedis.ping(), workerRedis.ping()]);
  prefix = `{aq.${uniqueLane()}}`;
  queue = openSubmitQueue(producerRedis, prefix, () => undefined);
  consumers = [];
});
afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.drain()));
  await queue.close();
  producerRedis.disconnect();
  workerRedis.disconnect();
});

function hint(id: string, overrides: Partial<SubmitHint> = {}): SubmitHint {
  return { id, wake: 1, priority: "normal", attempt: 0, delayMs: 0, ...overrides };
}

function consume(
  handle: (id: string, signal: AbortSignal) => Promise<Disposition>,
  settings: Partial<SubmitConsumerSettings> = {},
  errors: unknown[] = [],
): void {
  consumers.push(
    startSubmitConsumer({
      connection: workerRedis,
      prefix,
      settings: { ...DEFAULT_SUBMIT_CONSUMER, concurrency: 1, ...settings },
      handle,
      rest: (ms) => queue.rest(ms),
      onError: (error) => errors.push(error),
      onProgress: () => undefined,
    }),
  );
}

describe("the submit queue", () => {
  it("hands a hint to a handler and forgets it when it is done", async () => {
    const seen: string[] = [];
    consume((id) => {
      seen.push(id);
      return Promise.resolve({ kind: "done" });
    });
    await queue.add([hint("a")]);
    await expect.poll(() => seen).toEqual(["a"]);
    await expect.poll(() => queue.livingHints([hint("a")])).toEqual([false]);
  });

  it("brings a snoozed hint back, and the snooze uses up nothing", async () => {
    const seen: number[] = [];
    let release: (disposition: Disposition) => void = () => undefined;
    consume(() => {
      seen.push(seen.length);
      if (seen.length < 4) return Promise.resolve({ kind: "snooze", delayMs: 5 });
      return new Promise((resolve) => (release = resolve));
    });
    await queue.add([hint("a")]);
    await expect.poll(() => seen).toHaveLength(4);
    const board = new Queue("submit", { connection: producerRedis, prefix });
    expect(await board.getJob("a_1")).toMatchObject({ attemptsMade: 0, attemptsStarted: 4 });
    release({ kind: "done" });
    // A hint that has served leaves nothing behind.
    await expect.poll(() => board.getJob("a_1")).toBeUndefined();
    await board.close();
  });

  it("serves high before normal before low, and the oldest first among equals", async () => {
    await queue.add([
      hint("low", { priority: "low" }),
      hint("normal-1"),
      hint("high", { priority: "high" }),
      hint("normal-2"),
    ]);
    const seen: string[] = [];
    consume((id) => {
      seen.push(id);
      return Promise.resolve({ kind: "done" });
    });
    await expect.poll(() => seen).toEqual(["high", "normal-1", "normal-2", "low"]);
  });

  it("ignores a hint that is there already; a new wake is a new hint", async () => {
    const seen: string[] = [];
    await queue.add([hint("a"), hint("a"), hint("a", { wake: 2 })]);
    consume((id) => {
      seen.push(id);
      return Promise.resolve({ kind: "done" });
    });
    await expect.poll(() => seen).toEqual(["a", "a"]);
    await queue.add([hint("b")]);
    await expect.poll(() => seen).toEqual(["a", "a", "b"]);
  });

  it("tells living hints from delayed, finished and unknown ones", async () => {
    await queue.add([hint("waiting"), hint("delayed", { delayMs: 60_000 })]);
    const asked = [hint("waiting"), hint("delayed"), hint("never")];
    expect(await queue.livingHints(asked)).toEqual([true, false, false]);
  });

  it("keeps nothing but id and attempt in a job", async () => {
    await queue.add([hint("a", { attempt: 3, delayMs: 60_000 })]);
    const job = await producerRedis.hgetall(`${prefix}:submit:a_1`);
    expect(JSON.parse(job["data"] ?? "")).toEqual({ id: "a", attempt: 3 });
    expect(Buffer.byteLength(job["data"] ?? "")).toBeLessThanOrEqual(64);
  });

  it("reports what a handler throws, keeps none of it, and the hint is the rescuer's", async () => {
    const errors: unknown[] = [];
    const error = new Error("canary");
    consume(() => Promise.reject(error), {}, errors);
    await queue.add([hint("a")]);
    await expect.poll(() => errors).toContain(error);
    await expect.poll(() => queue.livingHints([hint("a")])).toEqual([false]);
    expect(JSON.stringify(await producerRedis.hgetall(`${prefix}:submit:a_1`))).not.toContain(
      "canary",
    );
  });

  it("aborts the handler's signal when the lock is lost", async () => {
    let aborted = false;
    let release: () => void = () => undefined;
    let began = false;
    consume(
      (_, signal) => {
        began = true;
        signal.addEventListener("abort", () => (aborted = true));
        return new Promise((resolve) => {
          release = () => resolve({ kind: "done" });
        });
      },
      { lockDurationMs: 400, stalledIntervalMs: 60_000 },
    );
    await queue.add([hint("a")]);
    await expect.poll(() => began).toBe(true);
    // Somebody else owns the job now.
    await producerRedis.set(`${prefix}:submit:a_1:lock`, "another worker");
    await expect.poll(() => aborted, { timeout: 5_000 }).toBe(true);
    release();
  });

  it("rests when the lane has no room: hints keep their place and their priority", async () => {
    await queue.add([hint("low", { priority: "low" }), hint("a-1"), hint("a-2")]);
    const asked: string[] = [];
    const done: string[] = [];
    let hasRoom = false;
    consume((id) => {
      asked.push(id);
      if (!hasRoom) return Promise.resolve({ kind: "rest", restMs: 20 });
      done.push(id);
      return Promise.resolve({ kind: "done" });
    });
    await expect.poll(() => asked.length).toBeGreaterThan(2);
    expect(new Set(asked)).toEqual(new Set(["a-1"]));
    await queue.add([hint("urgent", { priority: "high" })]);
    await expect.poll(() => asked.at(-1)).toBe("urgent");
    hasRoom = true;
    await expect.poll(() => done).toEqual(["urgent", "a-1", "a-2", "low"]);
  });

  it("a rest holds for every worker of the lane", async () => {
    const asked: string[] = [];
    const restFor = (name: string) => () => {
      asked.push(name);
      return Promise.resolve<Disposition>({ kind: "rest", restMs: 60_000 });
    };
    consume(restFor("first"));
    await queue.add([hint("a"), hint("b")]);
    await expect.poll(() => asked).toEqual(["first"]);
    consume(restFor("second"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked).toEqual(["first"]);
  });

  it("a rest uses up nothing, and a worker that rests can be drained", async () => {
    let calls = 0;
    consume(() => {
      calls += 1;
      return Promise.resolve({ kind: "rest", restMs: calls < 4 ? 5 : 60_000 });
    });
    await queue.add([hint("a")]);
    await expect.poll(() => calls).toBe(4);
    await consumers.pop()?.drain();
    expect(await queue.livingHints([hint("a")])).toEqual([true]);
    const board = new Queue("submit", { connection: producerRedis, prefix });
    expect(await board.getJob("a_1")).toMatchObject({ attemptsMade: 0, priority: 2 });
    expect(await board.getJobCounts("prioritized", "failed")).toEqual({
      prioritized: 1,
      failed: 0,
    });
    await board.close();
  });

  it("is drained soon when the drain begins while a handler asks for a long rest", async () => {
    let drained: Promise<void> | undefined;
    consume(() => {
      drained = consumers.pop()?.drain();
      return Promise.resolve({ kind: "rest", restMs: 60_000 });
    });
    await queue.add([hint("a")]);
    await expect.poll(() => drained !== undefined).toBe(true);
    await drained;
    expect(await queue.livingHints([hint("a")])).toEqual([true]);
    // The library's own longest sleep is 30 s.
  }, 20_000);
});
