import { DelayedError, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

import { type Bench, benchRequest } from "../workload.ts";
import { openHttpClient } from "./http-client.ts";

const PREFIX = "reference";
const BATCH = 1_000;

interface SubmitData {
  readonly generationId: string;
  readonly model: string;
  readonly input: object;
  readonly createdAt: number;
}

interface PollData {
  readonly generationId: string;
  readonly taskId: string;
}

/** The reference pipeline; its workers do not run yet. */
export interface TwoHop {
  readonly submitWorker: Worker<SubmitData>;
  readonly statusWorker: Worker<PollData>;
  readonly enqueue: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * What one writes in an afternoon, and the measure for the product: a queue whose jobs are
 * submitted and remembered in a hash, and a second one whose jobs are polled until they are
 * finished. Nothing is checked, logged, counted or retried, and connections are pooled.
 *
 * @param pollDelayMs - before the first poll and between polls
 * @param isFresh - whether each submit opens a connection of its own after all
 */
export async function openTwoHop(
  bench: Bench,
  pollDelayMs: number,
  isFresh = false,
): Promise<TwoHop> {
  const { concurrency } = bench;
  const redis = new Redis(bench.redisUrl, { maxRetriesPerRequest: null });
  const api = openHttpClient(bench.upstreamUrl, 2 * concurrency, isFresh);
  const options = { connection: redis, prefix: PREFIX };
  const submits = new Queue<SubmitData>("submit", options);
  const polls = new Queue<PollData>("status", options);
  const workerOptions = { ...options, concurrency, autorun: false };
  const submitWorker = new Worker<SubmitData>(
    "submit",
    async ({ data }) => {
      const { generationId, model, input } = data;
      const { task_id: taskId } = await api.submit(JSON.stringify({ model, input }));
      const facts = { status: "running", taskId, submittedAt: Date.now() };
      await redis.hset(`${PREFIX}:generation:${generationId}`, facts);
      await polls.add("poll", { generationId, taskId }, { delay: pollDelayMs });
    },
    workerOptions,
  );
  const statusWorker = new Worker<PollData>(
    "status",
    async (job, token) => {
      const { generationId, taskId } = job.data;
      const task = await api.status(taskId);
      if (task.status !== "finished") {
        await job.moveToDelayed(Date.now() + pollDelayMs, token);
        throw new DelayedError();
      }
      const files = JSON.stringify(task.files);
      const facts = { status: "succeeded", files, settledAt: Date.now() };
      await redis.hset(`${PREFIX}:generation:${generationId}`, facts);
    },
    workerOptions,
  );
  await Promise.all([submitWorker.waitUntilReady(), statusWorker.waitUntilReady()]);

  let enqueuedCount = 0;
  return {
    submitWorker,
    statusWorker,
    enqueue: async (count) => {
      for (let from = 0; from < count; from += BATCH) {
        const length = Math.min(BATCH, count - from);
        await submits.addBulk(
          Array.from({ length }, () => ({ name: "submit", data: submitData(enqueuedCount++) })),
        );
      }
    },
    close: async () => {
      await Promise.all([submitWorker, statusWorker, submits, polls].map((one) => one.close()));
      await api.close();
      redis.disconnect();
    },
  };
}

function submitData(index: number): SubmitData {
  const generationId = `generation-${String(index).padStart(10, "0")}`;
  return { generationId, ...benchRequest(), createdAt: Date.now() };
}

/** Bytes of the request within a job of {@link TwoHop}. */
export function requestBytes(): number {
  return JSON.stringify(benchRequest()).length;
}
