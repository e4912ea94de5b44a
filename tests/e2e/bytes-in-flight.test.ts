import { lanePrefix, openJournal } from "@apidot-queue/journal";
import { buildNewGeneration, connectTestRedis, uniqueLane } from "@apidot-queue/testkit";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

const COUNT = 10_000;
const LIMIT_BYTES = 700;

async function usedMemory(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
}

/** Starts `COUNT` generations with a task id as long as the upstream's. */
async function fillWithRunning(lane: string): Promise<void> {
  const journal = openJournal(redis, lane);
  const limits = {
    sendWithinMs: 2_000,
    answerWithinMs: 50_000,
    submitDeadlineMs: 86_400_000,
    policy: "resubmit" as const,
  };
  for (let from = 0; from < COUNT; from += 500) {
    const batch = Array.from({ length: 500 }, () => buildNewGeneration(lane));
    await journal.enqueue(batch);
    await Promise.all(
      batch.map(async ({ id }, index) => {
        const begun = await journal.begin(id, "0a1b2c3d", limits);
        if (begun.kind !== "begun") throw new Error(`not begun: ${id}`);
        const taskId = `task-unified-1757165031-${String(from + index).padStart(8, "0")}`;
        const times = { deadlineMs: 3_600_000, firstPollMs: 600_000 };
        const outcome = await journal.accept(begun.attempt, taskId, times);
        if (outcome.kind !== "changed") throw new Error(`not accepted: ${id}`);
      }),
    );
  }
}

async function requestBytes(client: Redis, lane: string): Promise<number> {
  const keys = await client.keys(`${lanePrefix(lane)}:r:*`);
  expect(keys).toHaveLength(COUNT);
  const pipeline = client.pipeline();
  for (const key of keys) pipeline.memory("USAGE", key);
  const sizes = (await pipeline.exec()) ?? [];
  return sizes.reduce((sum, [, size]) => sum + Number(size), 0);
}

it(`a generation in flight takes at most ${LIMIT_BYTES} bytes without its request`, async () => {
  // The event stream and fixed keys of a lane are bounded; they are filled before measuring.
  await fillWithRunning(uniqueLane());
  await redis.flushall("SYNC");
  const empty = await usedMemory();
  const lane = uniqueLane();
  await fillWithRunning(lane);
  const all = (await usedMemory()) - empty;
  const events = Number(await redis.memory("USAGE", `${lanePrefix(lane)}:events`, "SAMPLES", 0));
  const bytes = (all - (await requestBytes(redis, lane)) - events) / COUNT;

  const before = await usedMemory();
  const queue = new Queue("delayed-polls", { connection: redis, prefix: lanePrefix(lane) });
  for (let from = 0; from < COUNT; from += 1_000) {
    await queue.addBulk(
      Array.from({ length: 1_000 }, (_, index) => {
        const id = `${lane}_01jd0000000000000000${String(from + index).padStart(6, "0")}`;
        return {
          name: "poll",
          data: { id, attempt: 1 },
          opts: { jobId: `${id}_1`, delay: 600_000 },
        };
      }),
    );
  }
  const asJob = ((await usedMemory()) - before) / COUNT;
  await queue.close();

  console.log(
    `bytes per generation in flight, request excluded: ${bytes.toFixed(0)} (limit ${LIMIT_BYTES}); ` +
      `its event stream entry, bounded per lane: ${(events / COUNT).toFixed(0)}; ` +
      `a delayed BullMQ job for its next poll would add: ${asJob.toFixed(0)}`,
  );
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
});
