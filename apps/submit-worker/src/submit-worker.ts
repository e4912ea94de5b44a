import { nextPollDelayMs } from "@apidot-queue/core";
import type { CallbackAddress } from "@apidot-queue/callback";
import { type Journal, lanePrefix } from "@apidot-queue/journal";
import {
  DEFAULT_SUBMIT_CONSUMER,
  openSubmitQueue,
  startSubmitConsumer,
  type SubmitConsumerSettings,
} from "@apidot-queue/queue";
import {
  type RescuePolicy,
  type RescuerSettings,
  startLanePresence,
  startObservedRescuer,
} from "@apidot-queue/rescuer";
import {
  createStopSteps,
  type RunningApp,
  unlessAway,
  type WorkerContext,
} from "@apidot-queue/runtime";
import type { Upstream } from "@apidot-queue/upstream";

import { LaneGate } from "./lane-gate.ts";
import { submitGeneration, type SubmitRules } from "./submit-generation.ts";
import { observeSubmits } from "./submit-observer.ts";
import { openUnstoredTasks } from "./unstored-tasks.ts";
import { untilStoredOrAborted } from "./until-stored.ts";

/** A lane that this worker serves. */
export interface SubmitLane {
  readonly journal: Journal;
  readonly upstream: Upstream;
  readonly rules: SubmitRules & RescuePolicy;
  /** Where an attempt asks to be called back. @defaultValue no callbacks are asked for */
  readonly callbackUrl?: CallbackAddress | null;
}

/** How a submit worker is set up. */
export interface SubmitWorkerOptions {
  readonly context: WorkerContext;
  readonly lane: SubmitLane;
  /** Submits at a time. */
  readonly concurrency: number;
  /** Laid over the measured defaults; tests shrink them. */
  readonly consumer?: Partial<SubmitConsumerSettings>;
  readonly rescuer?: RescuerSettings;
}

/** An idle consumer hears from its queue every few seconds; silence for longer is trouble. */
const LONGEST_IDLE_SILENCE_MS = 60_000;
/** Beyond the limit of one request: time to store what it came to. */
const DRAIN_MARGIN_MS = 15_000;

/** How long a submit worker may need to drain: a request may have just been sent. */
export function submitDrainLimitMs(requestTimeoutMs: number): number {
  return requestTimeoutMs + DRAIN_MARGIN_MS;
}

/** Starts taking submit hints of a lane, and its rescuer. */
export function startSubmitWorker(options: SubmitWorkerOptions): RunningApp {
  const { context, lane } = options;
  const { journal, upstream, rules } = lane;
  const { redis, metrics, health } = context;
  const logger = context.logger;
  const prefix = lanePrefix(journal.lane);
  const isLimited = rules.lane.ratePerSecond !== null || rules.lane.maxInFlight !== null;
  const giveUp = new AbortController();
  const queue = openSubmitQueue(redis, prefix, () => undefined);
  const presence = startLanePresence({
    journal,
    worker: "submit",
    account: upstream.account,
    logger,
    onOpened: () => queue.endRest(),
  });

  const unstored = openUnstoredTasks(journal.lane, logger);
  const times = {
    deadlineMs: rules.generationDeadlineMs,
    firstPollMs: nextPollDelayMs(rules.polls, 0, Math.random),
  };
  void unstored.restore(journal, times, context.disk).catch((error: unknown) => {
    logger.error({ error, lane: journal.lane }, "unstored tasks wait for the next start");
  });

  const parts = {
    journal,
    upstream,
    rules,
    callbackUrl: lane.callbackUrl ?? null,
    disk: context.disk,
    unstored,
    observer: observeSubmits(journal.lane, logger, metrics),
    untilStored: untilStoredOrAborted(giveUp.signal, (error) => {
      logger.error({ error, lane: journal.lane }, "outcome not stored yet, trying again");
    }),
    random: Math.random,
    gate: new LaneGate({ isAlwaysCareful: isLimited }),
    endRest: () => queue.endRest(),
  };
  // With all its hands full it asks for nothing until one of the requests is over.
  const maxSilenceMs = Math.max(
    LONGEST_IDLE_SILENCE_MS,
    submitDrainLimitMs(rules.requestTimeoutMs),
  );
  const progress = health.progress("submit consumer", maxSilenceMs);
  // During an outage each retry reports itself; the connection's own two lines say it all.
  const onError = (error: unknown): void => {
    const level = redis.status === "ready" ? "error" : "debug";
    logger[level]({ error, lane: journal.lane }, "submit consumer failed");
  };
  const consumer = startSubmitConsumer({
    connection: redis,
    prefix,
    settings: { ...DEFAULT_SUBMIT_CONSUMER, ...options.consumer, concurrency: options.concurrency },
    handle: async (id, signal) => {
      // Whether the lane is this worker's to serve is settled before its first attempt.
      await presence.isKnown;
      return submitGeneration(id, signal, parts);
    },
    rest: (ms) => queue.rest(ms),
    onError,
    onProgress: () => progress.mark(),
  });
  const rescuer = startObservedRescuer(context, [{ journal, queue }], rules, options.rescuer);
  logger.info({ lane: journal.lane, concurrency: options.concurrency }, "submit worker started");

  const steps = createStopSteps(logger);
  const limitMs = submitDrainLimitMs(rules.requestTimeoutMs);
  steps.onStop("submit consumer", limitMs, () => consumer.drain());
  steps.onStop("rescuer", 5_000, () => unlessAway(redis, rescuer.stop()));
  steps.onStop("lane presence", 3_000, () => unlessAway(redis, presence.stop()));
  steps.onStop("submit queue", 1_000, async () => {
    giveUp.abort(new Error("the process ends"));
    progress.stop();
    await queue.close();
    await upstream.close();
  });
  return steps;
}
