import type { Queue } from "bullmq";
import type { ChainableCommander } from "ioredis";

import { type SubmitHint, submitJobId } from "./submit-job.ts";
import type { QueueConnection } from "./submit-queue.ts";

/** A kept job that is over wakes nobody any more; a job that never was has neither time. */
const TIMES = ["timestamp", "finishedOn"] as const;

/**
 * Which hints are waiting or being handled. All are asked for at once: one by one the library would
 * read each job whole, and a rescuer asks for thousands.
 */
export async function livingHints(
  connection: QueueConnection,
  queue: Pick<Queue, "toKey">,
  hints: readonly Pick<SubmitHint, "id" | "wake">[],
): Promise<boolean[]> {
  if (hints.length === 0) return [];
  const delayed = queue.toKey("delayed");
  // All keys of a queue share a slot, so that a cluster takes them in one pipeline.
  const pipeline: ChainableCommander = connection.pipeline();
  for (const hint of hints) {
    const jobId = submitJobId(hint);
    pipeline.hmget(queue.toKey(jobId), ...TIMES).zscore(delayed, jobId);
  }
  const answers = (await pipeline.exec()) ?? [];
  const values = answers.map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
  return hints.map((_, index) => {
    const [addedAt, finishedAt] = values[2 * index] as (string | null)[];
    const isDelayed = (values[2 * index + 1] ?? null) !== null;
    return (addedAt ?? null) !== null && (finishedAt ?? null) === null && !isDelayed;
  });
}
