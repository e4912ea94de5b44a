import { createProducer, type Producer } from "@apidot-queue/producer";

import { measuredRun } from "../measure/measured-run.ts";
import { type Bench, benchRequest, type Figures } from "../workload.ts";
import { LANE } from "./installation.ts";

const BATCH = 1_000;

/** `enqueueMany` of 1,000 requests at a time: checked, stored, and a hint for each. */
export async function runEnqueue(bench: Bench): Promise<Figures> {
  const producer = createProducer({ redis: bench.redisUrl, lane: LANE });
  await enqueue(producer, bench.count / 4);
  const figures = await measuredRun(bench, () => enqueue(producer, bench.count));
  await producer.close();
  return figures;
}

/** Enqueues requests in batches. */
export async function enqueue(producer: Producer, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const length = Math.min(BATCH, count - from);
    await producer.enqueueMany(Array.from({ length }, () => ({ request: benchRequest() })));
  }
}
