import { DelayedError, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

import { type Bench, type RunningPolls, runningTaskId } from "../workload.ts";
import { openHttpClient } from "./http-client.ts";

const PREFIX = "reference";
const BATCH = 1_000;
/** BullMQ keeps the time of a delayed job in the upper bits of its score. */
const SCORE_UNITS_PER_MS = 4_096;

interface PollData {
  readonly taskId: string;
}

/** Delayed jobs of one queue, each a poll of a task that does not end. */
export async function openRunningJobs(bench: Bench, everyMs: number): Promise<RunningPolls> {
  const redis = new Redis(bench.redisUrl, { maxRetriesPerRequest: null });
  const api = openHttpClient(bench.upstreamUrl, bench.concurrency);
  const options = { connection: redis, prefix: PREFIX };
  const polls = new Queue<PollData>("status", options);
  /** A job does not tell when it was due. */
  const dueAtById = new Map<string, number>();
  let onPolled: (dueAt: number) => void = () => undefined;
  const worker = new Worker<PollData>(
    "status",
    async (job, token) => {
      await api.status(job.data.taskId);
      onPolled(dueAtById.get(job.id ?? "") ?? Number.NaN);
      const dueAt = Date.now() + everyMs;
      dueAtById.set(job.id ?? "", dueAt);
      await job.moveToDelayed(dueAt, token);
      throw new DelayedError();
    },
    { ...options, concurrency: bench.concurrency, autorun: false },
  );
  worker.on("error", (error) => console.error(error));
  await worker.waitUntilReady();

  return {
    fill: async (count) => {
      for (let from = 0; from < count; from += BATCH) {
        const length = Math.min(BATCH, count - from);
        await polls.addBulk(
          Array.from({ length }, (_, index) => ({
            name: "poll",
            data: { taskId: runningTaskId(from + index) },
            opts: { delay: 3_600_000 },
          })),
        );
      }
    },
    schedule: async (dueAtOf) => {
      const key = `${PREFIX}:status:delayed`;
      const ids = await redis.zrange(key, 0, "-1");
      for (let from = 0; from < ids.length; from += BATCH) {
        const scores = ids.slice(from, from + BATCH).flatMap((id, index) => {
          const dueAt = dueAtOf(from + index);
          dueAtById.set(id, dueAt);
          return [String(dueAt * SCORE_UNITS_PER_MS), id];
        });
        await redis.zadd(key, ...scores);
      }
    },
    start: (listener) => {
      onPolled = listener;
      worker.run().catch((error: unknown) => console.error(error));
    },
    stop: async () => {
      await worker.close();
      await polls.close();
      await api.close();
      redis.disconnect();
    },
  };
}
