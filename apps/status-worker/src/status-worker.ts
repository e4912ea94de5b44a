import { DEFAULT_DOUBT_LIMITS, type PollDecisionSettings } from "@apidot-queue/core";
import { type Journal, lanePrefix, POLL_PROBE_MS } from "@apidot-queue/journal";
import { openSubmitQueue, startDueLoop } from "@apidot-queue/queue";
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

import { lookAtTask } from "./look-at-task.ts";
import { observeLooks } from "./look-observer.ts";
import { observePolls } from "./poll-observer.ts";
import { pollTask } from "./poll-task.ts";

/** A lane that this worker serves. */
export interface StatusLane {
  readonly journal: Journal;
  readonly upstream: Upstream;
  readonly schedule: PollDecisionSettings["schedule"];
  /** How long the upstream may deny the task before a person is asked; tests shrink it. */
  readonly doubt?: Pick<PollDecisionSettings, "notFound" | "rejected">;
  /** After which credits are first probed, milliseconds; null for never. @defaultValue null */
  readonly firstProbeMs?: number | null;
  /** For tasks that a callback made known; milliseconds. @defaultValue an hour */
  readonly generationDeadlineMs?: number;
  /** What the rescuer of this process needs to know. */
  readonly rescue: RescuePolicy;
}

/** How a status worker is set up. */
export interface StatusWorkerOptions {
  readonly context: WorkerContext;
  readonly lane: StatusLane;
  /** Polls at a time. */
  readonly concurrency: number;
  /** Laid over the measured defaults; tests shrink them. */
  readonly timing?: Partial<StatusTiming>;
  readonly rescuer?: RescuerSettings;
}

/** Durations in milliseconds. */
export interface StatusTiming {
  /**
   * How long a claimed poll belongs to its claimer. Longer than a status call with its quick
   * retries, short enough that the polls of a killed worker are soon taken up. @defaultValue 15000
   */
  readonly leaseMs: number;
  /** The longest pause between two looks at the schedule. @defaultValue 500 */
  readonly idleMs: number;
  /** How often one poll goes through while the lane's key is refused. @defaultValue 60000 */
  readonly pollProbeMs: number;
}

/** A status call may take so long at most: the lease must outlast it with its retries. */
export const STATUS_TIMEOUT_MS = 10_000;

const DEFAULT_TIMING: StatusTiming = {
  leaseMs: 15_000,
  idleMs: 500,
  pollProbeMs: POLL_PROBE_MS,
};
const MAX_SILENCE_MS = 30_000;
/** Looks are few: one for each callback that tells news, and now and then one at a late task. */
const LOOKS_AT_A_TIME = 8;
const GENERATION_DEADLINE_MS = 3_600_000;

/** Starts following the running tasks of a lane, and its rescuer. */
export function startStatusWorker(options: StatusWorkerOptions): RunningApp {
  const { context, lane } = options;
  const { journal, upstream } = lane;
  const { logger, metrics, health } = context;
  const { leaseMs, idleMs, pollProbeMs } = { ...DEFAULT_TIMING, ...options.timing };

  const queue = openSubmitQueue(context.redis, lanePrefix(journal.lane), () => undefined);
  const parts = {
    journal,
    upstream,
    settings: { schedule: lane.schedule, ...(lane.doubt ?? DEFAULT_DOUBT_LIMITS) },
    observer: observePolls(journal.lane, logger, metrics),
    random: Math.random,
    monotonicMs: () => performance.now(),
    firstProbeMs: lane.firstProbeMs ?? null,
    pollProbeMs,
  };
  const presence = startLanePresence({
    journal,
    worker: "status",
    account: upstream.account,
    logger,
    onOpened: () => queue.endRest(),
  });
  const progress = health.progress("status loop", MAX_SILENCE_MS);
  const looksProgress = health.progress("look loop", MAX_SILENCE_MS);
  const onError = (error: unknown): void => {
    // During an outage each retry reports itself; the connection's own two lines say it all.
    const level = context.redis.status === "ready" ? "error" : "debug";
    logger[level]({ error, lane: journal.lane }, "status loop failed");
  };
  const loop = startDueLoop({
    concurrency: options.concurrency,
    idleMs,
    claim: async (limit) => {
      // Whether the lane is this worker's to serve is settled before its first poll.
      await presence.isKnown;
      const { polls, nextDueMs } = await journal.claimPolls(limit, leaseMs, pollProbeMs);
      return { items: polls, nextDueMs };
    },
    handle: (poll) => pollTask(poll, parts),
    onError,
    onProgress: () => progress.mark(),
  });
  const lookParts = {
    journal,
    upstream,
    generationDeadlineMs: lane.generationDeadlineMs ?? GENERATION_DEADLINE_MS,
    observer: {
      ...observeLooks(journal.lane, logger),
      halted: (reason: string) => parts.observer.halted(reason),
    },
    firstProbeMs: parts.firstProbeMs,
    pollProbeMs,
  };
  const looks = startDueLoop({
    concurrency: LOOKS_AT_A_TIME,
    idleMs,
    claim: async (limit) => {
      await presence.isKnown;
      const { looks: items, nextDueMs } = await journal.claimLooks(limit, leaseMs);
      return { items, nextDueMs };
    },
    handle: (look) => lookAtTask(look, lookParts),
    onError,
    onProgress: () => looksProgress.mark(),
  });
  const rescuer = startObservedRescuer(context, [{ journal, queue }], lane.rescue, options.rescuer);
  logger.info({ lane: journal.lane, concurrency: options.concurrency }, "status worker started");

  const steps = createStopSteps(logger);
  steps.onStop("status loop", leaseMs + 5_000, async () => {
    const drained = Promise.all([loop.drain(), looks.drain()]);
    await unlessAway(
      context.redis,
      drained.then(() => undefined),
    );
  });
  steps.onStop("rescuer", 5_000, () => unlessAway(context.redis, rescuer.stop()));
  steps.onStop("lane presence", 3_000, () => unlessAway(context.redis, presence.stop()));
  steps.onStop("submit queue", 1_000, async () => {
    progress.stop();
    looksProgress.stop();
    await queue.close();
    await upstream.close();
  });
  return steps;
}
