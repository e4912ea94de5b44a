import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import { DEFAULT_DOUBT_LIMITS, DEFAULT_POLL_SCHEDULE } from "@apidot-queue/core";
import { type Journal, lanePrefix, openJournal } from "@apidot-queue/journal";
import { createProducer } from "@apidot-queue/producer";
import { openSubmitQueue } from "@apidot-queue/queue";
import { DEFAULT_RESCUER, rescueRound } from "@apidot-queue/rescuer";
import {
  buildNewGeneration,
  connectTestRedis,
  openClockedJournal,
  testRedisUrl,
  uniqueLane,
} from "@apidot-queue/testkit";
import { createUpstream } from "@apidot-queue/upstream";
import { afterAll, describe, expect, it, type TestContext } from "vitest";

import { pollTask } from "../../apps/status-worker/src/poll-task.ts";

/** Rare turns of events that would cost money, or leave a generation where nobody looks. */

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};
const POLICY = {
  ambiguity: "resubmit" as const,
  maxPaidAttempts: 3,
  confirmGraceMs: null,
  submitDeadlineMs: 0,
};
const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;

async function serve(listener: RequestListener, { onTestFinished }: TestContext): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function begin(
  journal: Journal,
  overrides = {},
  limits: Partial<typeof LIMITS> | object = {},
) {
  const generation = buildNewGeneration(journal.lane, overrides);
  await journal.enqueue([generation]);
  const begun = await journal.begin(generation.id, "f1", { ...LIMITS, ...limits });
  if (begun.kind !== "begun") throw new Error(begun.kind);
  return { id: generation.id, attempt: begun.attempt };
}

describe("a task that finished and was paid", () => {
  it("is not failed because one call at its deadline got no answer", async (context) => {
    const url = await serve(() => undefined, context);
    const upstream = createUpstream({ baseUrl: url, apiKey: "k", statusTimeoutMs: 100 });
    const { journal, advance } = await openClockedJournal(redis);
    const { id, attempt } = await begin(journal);
    await journal.accept(attempt, "t", { deadlineMs: 60_000, firstPollMs: 0 });
    await advance(60_001);
    const [poll] = (await journal.claimPolls(1, 15_000)).polls;
    await pollTask(poll!, {
      journal,
      upstream,
      settings: { schedule: DEFAULT_POLL_SCHEDULE, ...DEFAULT_DOUBT_LIMITS },
      observer: { polled: () => undefined, halted: () => undefined },
      random: Math.random,
      monotonicMs: () => performance.now(),
      firstProbeMs: null,
      pollProbeMs: 60_000,
    });
    await upstream.close();
    expect((await journal.get(id))?.generation.status).toBe("running");
  });

  it("is bound although its answer waited in the socket past the limit", async (context) => {
    const answer = JSON.stringify({ code: 200, data: { task_id: "paid", status: "not_started" } });
    const url = await serve((request, response) => {
      request.resume();
      request.on("end", () => response.end(answer));
      // The whole process stands still after the answer left, as in a long collection of garbage.
      response.on("finish", () => {
        const until = performance.now() + 700;
        while (performance.now() < until);
      });
    }, context);
    const upstream = createUpstream({ baseUrl: url, apiKey: "k", requestTimeoutMs: 400 });
    const { outcome } = await upstream.submit({ model: "m", input: { prompt: "x" } });
    await upstream.close();
    expect(outcome).toMatchObject({ kind: "accepted", taskId: "paid" });
  });

  it("settles in one piece, whatever its estimate is", async () => {
    const { journal, advance } = await openClockedJournal(redis);
    const estimate = { credits: 22.5, catalogDate: "2026-01-01" };
    const { id, attempt } = await begin(journal, { estimate });
    await journal.accept(attempt, "task-c", { deadlineMs: 60_000, firstPollMs: 1_000 });
    await advance(1_000);
    const [poll] = (await journal.claimPolls(1, 15_000)).polls;
    await journal.settle(poll!, { event: "finished", files: [] });
    expect((await journal.get(id))?.generation.status).toBe("succeeded");
    expect(await redis.zcard(`${lanePrefix(journal.lane)}:x:running`)).toBe(0);
  });

  it("is polled while Redis is full", async () => {
    const journal = openJournal(redis, uniqueLane());
    const { attempt } = await begin(journal);
    await redis.config("SET", "maxmemory", "1");
    try {
      await journal.accept(attempt, "task-f", { deadlineMs: 60_000, firstPollMs: 0 });
      expect((await journal.claimPolls(1, 15_000)).polls).toHaveLength(1);
      expect(await journal.takeRound(1_000)).toMatchObject({ isTaken: true });
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
  });
});

describe("hold", () => {
  it("binds every process: another one's policy does not resubmit", async () => {
    const { journal } = await openClockedJournal(redis);
    const { id, attempt } = await begin(journal, {}, { policy: "hold" });
    await journal.unconfirm(attempt, "answer_lost", 0);
    await journal.endGrace(id, "resubmit", 3);
    expect((await journal.get(id))?.generation).toMatchObject({
      status: "held",
      reason: "unconfirmed",
    });
  });
});

describe("a clock that is wrong", () => {
  it("of Redis, stepping back, does not keep new generations waiting", async () => {
    const { journal, advance } = await openClockedJournal(redis);
    await journal.enqueue([buildNewGeneration(journal.lane)]);
    await advance(-3_600_000);
    await expect(begin(journal)).resolves.toBeDefined();
  });

  it("of a worker, an hour ahead, does not hide a hint for an hour", async () => {
    const { journal, advance } = await openClockedJournal(redis);
    const queue = openSubmitQueue(redis, lanePrefix(journal.lane), () => undefined);
    const [stored] = await journal.enqueue([buildNewGeneration(journal.lane)]);
    const { id, wake } = stored!;
    await queue.add([{ id, wake, priority: "normal", attempt: 0, delayMs: 3_600_000 }]);
    const rescued: string[] = [];
    for (let round = 0; round < 3; round++) {
      await advance(61_000);
      await redis.del(`${lanePrefix(journal.lane)}:rescue-round`);
      await rescueRound(
        { journal, queue },
        { policy: POLICY, settings: DEFAULT_RESCUER, onRescued: (_, kind) => rescued.push(kind) },
      );
    }
    await queue.close();
    expect(rescued).toEqual(["hint"]);
  });
});

describe("the producer", () => {
  it("never says that nothing was changed when a batch was stored", async () => {
    const lane = uniqueLane();
    const connection = connectTestRedis();
    const producer = createProducer({ redis: connection, lane, tenant: lane });
    await producer.enqueue(LITE, { idempotencyKey: "known" });
    // The record of the known one is read after the batch was stored; the link breaks just there.
    connection.multi = () => {
      throw new Error("Connection is closed.");
    };
    const failure = await producer
      .enqueueMany([{ request: LITE }, { request: LITE, options: { idempotencyKey: "known" } }])
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "storage_unknown" });
    expect((failure as { generationIds: string[] }).generationIds).toHaveLength(2);
    expect(await redis.zcard(`${lanePrefix(lane)}:x:queued`)).toBe(2);
    await producer.close();
    connection.disconnect();
  });

  it("writes nothing to Redis for an id that nobody stored", async () => {
    const producer = createProducer({ redis: testRedisUrl() });
    const lane = uniqueLane();
    const id = `${lane}_01kxxxxxxxxxxxxxxxxxxxxxxx`;
    for (const ask of [producer.get(id), producer.wait(id), producer.cancel(id)]) {
      await expect(ask).rejects.toMatchObject({ code: "unknown_generation" });
    }
    expect(await redis.keys(`{aq.${lane}}*`)).toEqual([]);
    await producer.close();
  });
});

describe("a message", () => {
  it("of an older doubt does not stand as the reason of a later end", async () => {
    const { journal, advance } = await openClockedJournal(redis);
    const { id, attempt } = await begin(journal);
    await journal.unconfirm(attempt, "answer_lost", 0);
    await journal.endGrace(id, "resubmit", 3);
    const second = await journal.begin(id, "f2", LIMITS);
    if (second.kind !== "begun") throw new Error(second.kind);
    await journal.reject(second.attempt, "invalid_request", "duration must be 8");
    expect((await journal.get(id))?.message).toBe("duration must be 8");
    await journal.accept(attempt, "late", { deadlineMs: 10, firstPollMs: 0 });
    await advance(20);
    const [poll] = (await journal.claimPolls(1, 1)).polls;
    await journal.settle(poll!, { event: "timed_out" });
    expect((await journal.get(id))?.message).toBe(null);
  });
});
