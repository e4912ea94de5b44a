import { createProducer } from "@apidot-queue/producer";
import { startStatusWorker } from "@apidot-queue/status-worker";
import { startSubmitWorker } from "@apidot-queue/submit-worker";
import { setTimeout as sleep } from "node:timers/promises";

import { measuredRun } from "../measure/measured-run.ts";
import { type Bench, type Figures, POLL_DELAY_MS, WARM_UP_COUNT } from "../workload.ts";
import { enqueue } from "./enqueue.ts";
import { type Installation, LANE, openInstallation, RULES } from "./installation.ts";

/** How often the settled are counted, milliseconds; what that costs counts as the product's. */
const LOOK_EVERY_MS = 20;

const POLLS = { baseMs: POLL_DELAY_MS, factor: 1, capMs: POLL_DELAY_MS, minMs: 1 };

/**
 * From enqueued to succeeded, after a warm-up. In one process, as the reference is: a submit worker
 * and a status worker, each with its rescuer; validation, journal, logs and metrics on, and a fresh
 * connection per submit.
 */
export async function runWholePath(bench: Bench): Promise<Figures> {
  const producer = createProducer({ redis: bench.redisUrl, lane: LANE });
  const installation = openInstallation(bench);
  await enqueue(producer, WARM_UP_COUNT);
  await workUntilSettled(installation, bench, WARM_UP_COUNT);
  await enqueue(producer, bench.count);
  const figures = await measuredRun(bench, () =>
    workUntilSettled(installation, bench, WARM_UP_COUNT + bench.count),
  );
  await producer.close();
  installation.redis.disconnect();
  return figures;
}

/** Starts workers and stops them when so many generations have settled. */
async function workUntilSettled(
  { context, journal, redis, openUpstream }: Installation,
  { concurrency }: Bench,
  count: number,
): Promise<void> {
  const rules = { ...RULES, polls: POLLS };
  const submitWorker = startSubmitWorker({
    context,
    lane: { journal, upstream: openUpstream(), rules },
    concurrency,
  });
  const statusWorker = startStatusWorker({
    context,
    lane: { journal, upstream: openUpstream(), schedule: POLLS, rescue: rules },
    concurrency,
  });
  while ((await redis.zcard(`{aq.${LANE}}:x:settled`)) < count) await sleep(LOOK_EVERY_MS);
  await Promise.all([submitWorker.stop(), statusWorker.stop()]);
}
