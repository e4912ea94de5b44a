import { PRIORITY_NUMBERS } from "@apidot-queue/core";
import { type JobsOptions, Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";

import { livingHints } from "./living-hints.ts";
import { SUBMIT_QUEUE, type SubmitHint, submitJobId, type SubmitJobData } from "./submit-job.ts";

/** A connection that a queue may use; it is not closed with the queue. */
export type QueueConnection = Redis | Cluster;

/** The adding side of a lane's submit queue. */
export interface SubmitQueue {
  /** Adds hints in one round trip; a hint that is there already is left alone. */
  add(hints: readonly SubmitHint[]): Promise<void>;
  /**
   * Which of the hints are still waiting or being handled. A delayed one does not count: whoever asks
   * asks because it is due, so it was delayed by a clock that is wrong.
   */
  livingHints(hints: readonly Pick<SubmitHint, "id" | "wake">[]): Promise<boolean[]>;
  /** No worker takes a hint for `ms`; the hints stay where they are. */
  rest(ms: number): Promise<void>;
  /** Ends a rest, whoever asked for it. */
  endRest(): Promise<void>;
  /** Closes the queue, not the connection. */
  close(): Promise<void>;
}

const FEW = 32;

/**
 * Opens the adding side.
 *
 * @param prefix - the lane's key prefix, shared with the journal
 * @param onError - gets connection errors; they come again and again during an outage
 */
export function openSubmitQueue(
  connection: QueueConnection,
  prefix: string,
  onError: (error: Error) => void,
): SubmitQueue {
  const queue = new Queue<SubmitJobData>(SUBMIT_QUEUE, {
    connection,
    prefix,
    // Without this a producer hangs for seconds when Redis is away, instead of failing at once.
    skipWaitingForReady: true,
    // Hints need no list of events of their own: the journal has one.
    streams: { events: { maxLen: 100 } },
  });
  queue.on("error", onError);
  return {
    add: async (hints) => {
      const jobs = hints.map((hint) => ({
        name: SUBMIT_QUEUE,
        data: { id: hint.id, attempt: hint.attempt },
        opts: jobOptions(hint),
      }));
      // A pipeline costs more than a few jobs, and these leave in one packet anyway.
      if (jobs.length > FEW) await queue.addBulk(jobs);
      else await Promise.all(jobs.map(({ name, data, opts }) => queue.add(name, data, opts)));
    },
    livingHints: (hints) => livingHints(connection, queue, hints),
    rest: (ms) => queue.rateLimit(Math.ceil(ms)),
    endRest: async () => {
      await queue.removeRateLimitKey();
    },
    close: () => queue.close(),
  };
}

/** Retention stands in the worker's options: repeated in each job it would double its size. */
function jobOptions(hint: SubmitHint): JobsOptions {
  return {
    jobId: submitJobId(hint),
    // Always set, on a rescue too: unprioritised jobs overtake all others.
    priority: PRIORITY_NUMBERS[hint.priority],
    ...(hint.delayMs > 0 ? { delay: hint.delayMs } : {}),
  };
}
