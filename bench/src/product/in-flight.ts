import { createProducer } from "@apidot-queue/producer";
import { startSubmitWorker } from "@apidot-queue/submit-worker";
import { Redis } from "ioredis";
import { setTimeout as sleep } from "node:timers/promises";

import { redisFigures } from "../measure/redis-figures.ts";
import type { Bench, Figures } from "../workload.ts";
import { enqueue } from "./enqueue.ts";
import { LANE, openInstallation, RULES } from "./installation.ts";

const SAMPLE_COUNT = 1_000;

/**
 * What Redis holds for a generation whose task runs, beyond its request: record, history, indexes,
 * counters, and what BullMQ keeps of its hint. The lane's stream of events is bounded, whatever the
 * number of generations, and left out.
 */
export async function runInFlight(bench: Bench): Promise<Figures> {
  const { context, journal, openUpstream, redis: workerRedis } = openInstallation(bench);
  const redis = new Redis(bench.redisUrl);
  const producer = createProducer({ redis: bench.redisUrl, lane: LANE });
  const before = await redisFigures(redis);
  await enqueue(producer, bench.count);
  const polls = { baseMs: 3_600_000, factor: 1, capMs: 3_600_000, minMs: 1 };
  const lane = { journal, upstream: openUpstream(), rules: { ...RULES, polls } };
  const worker = startSubmitWorker({ context, lane, concurrency: bench.concurrency });
  while ((await redis.zcard(`{aq.${LANE}}:x:running`)) < bench.count) await sleep(100);
  await worker.stop();
  const after = await redisFigures(redis);
  const ulids = await redis.zrange(`{aq.${LANE}}:x:running`, 0, String(SAMPLE_COUNT - 1));
  let requestBytes = 0;
  for (const ulid of ulids) {
    requestBytes += Number(await redis.memory("USAGE", `{aq.${LANE}}:r:${ulid}`));
  }
  const eventBytes = Number(await redis.memory("USAGE", `{aq.${LANE}}:events`, "SAMPLES", "0"));
  await producer.close();
  workerRedis.disconnect();
  redis.disconnect();
  const all = (after.usedBytes - before.usedBytes - eventBytes) / bench.count;
  return { bytes: all - requestBytes / ulids.length };
}
