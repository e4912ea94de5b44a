import type { Disposition } from "@apidot-queue/core";
import { DelayedError, type Job, RateLimitError, Worker } from "bullmq";

import { drainWorker } from "./drain-worker.ts";
import { SUBMIT_QUEUE, type SubmitJobData } from "./submit-job.ts";
import type { QueueConnection } from "./submit-queue.ts";

/**
 * How the queue notices trouble. Measured: with these a killed worker's job comes back after 10 to
 * 17 s, with the library's defaults after 48 to 60 s.
 */
export interface SubmitConsumerSettings {
  /** Jobs at a time. @defaultValue 16 */
  readonly concurrency: number;
  /** How long a job may go without a sign of life. @defaultValue 10000 */
  readonly lockDurationMs: number;
  /** How often jobs without a sign of life are looked for. @defaultValue 5000 */
  readonly stalledIntervalMs: number;
}

/** @see SubmitConsumerSettings */
export const DEFAULT_SUBMIT_CONSUMER: SubmitConsumerSettings = {
  concurrency: 16,
  lockDurationMs: 10_000,
  stalledIntervalMs: 5_000,
};

/** What a worker does with hints. */
export interface SubmitConsumerOptions {
  readonly connection: QueueConnection;
  readonly prefix: string;
  readonly settings: SubmitConsumerSettings;
  /**
   * Handles one hint. `signal` aborts when the queue may have given the job to another worker.
   * What it throws is reported and completes nothing: the rescuer brings the generation back.
   */
  readonly handle: (id: string, signal: AbortSignal) => Promise<Disposition>;
  /** Keeps every worker of the queue from taking hints; see {@link SubmitQueue.rest}. */
  readonly rest: (ms: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Called whenever the queue answered: the consumer's sign of progress. */
  readonly onProgress: () => void;
}

/** A running consumer. */
export interface SubmitConsumer {
  /** Takes no more hints and waits for the ones in hand, without a limit of its own. */
  drain(): Promise<void>;
}

/**
 * A close that comes while the library turns to a rest does not end that rest: the worker sleeps on,
 * by default for up to 30 s, which a stop does not have. Workers look again after this instead.
 */
const LONGEST_SLEEP_MS = 1_000;

const WEEK_SECONDS = 7 * 24 * 3_600;

/** Starts taking hints of one lane. The only place where dispositions become BullMQ. */
export function startSubmitConsumer(options: SubmitConsumerOptions): SubmitConsumer {
  const { connection, prefix, settings } = options;
  const inHand = new Set<Promise<Disposition>>();

  /** BullMQ keeps the message of what is thrown with the job, so it gets none of ours. */
  const handled = async (id: string, signal: AbortSignal): Promise<Disposition> => {
    try {
      return await options.handle(id, signal);
    } catch (error) {
      options.onError(error);
      // oxlint-disable-next-line preserve-caught-error -- the cause may quote a prompt
      throw new Error("the handler failed; its log says why");
    }
  };

  // BullMQ counts the parameters: only a processor with three gets the signal.
  const process = async (job: Job<SubmitJobData>, token?: string, signal?: AbortSignal) => {
    options.onProgress();
    const handling = handled(job.data.id, signal ?? new AbortController().signal);
    inHand.add(handling);
    const disposition = await handling.finally(() => inHand.delete(handling));
    switch (disposition.kind) {
      case "done":
        return;
      case "snooze":
        await job.moveToDelayed(Date.now() + disposition.delayMs, token);
        throw new DelayedError();
      case "rest":
        await options.rest(disposition.restMs);
        throw new RateLimitError();
    }
  };

  const worker = new Worker<SubmitJobData>(SUBMIT_QUEUE, process, {
    connection,
    prefix,
    concurrency: settings.concurrency,
    lockDuration: settings.lockDurationMs,
    stalledInterval: settings.stalledIntervalMs,
    // Never reached by itself: only a queue with a limiter heeds the rest that a handler asks for.
    limiter: { max: 1_000_000_000, duration: 1_000 },
    maximumRateLimitDelay: LONGEST_SLEEP_MS,
    // A crash is no fault of the job: the journal counts attempts, the queue never gives up.
    maxStalledCount: 1_000,
    // The journal has the history of a generation; a hint that has served says nothing more.
    removeOnComplete: { count: 0 },
    removeOnFail: { age: WEEK_SECONDS, count: 10_000 },
  });
  // The library says "drained" once and is silent from then on, however often it looks for jobs:
  // an idle worker would count as dead.
  const { backend } = worker;
  const fetchNext = backend.moveToActive.bind(backend);
  backend.moveToActive = async (...args) => {
    const next = await fetchNext(...args);
    options.onProgress();
    return next;
  };
  worker.on("error", options.onError);
  worker.on("completed", options.onProgress);
  // A lock that could not be renewed may belong to another worker by now.
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) worker.cancelJob(id, "lock lost");
  });
  return { drain: () => drainWorker(worker, connection, inHand) };
}
