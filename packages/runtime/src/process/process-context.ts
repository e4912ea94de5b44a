import { type DiskWait, NO_DISK_WAIT, type RedisConnection } from "@apidot-queue/redis";
import { Registry } from "prom-client";

import { watchEventLoop } from "../http/event-loop.ts";
import { createHealth, type Health } from "../http/health.ts";
import { answersPing } from "../http/redis-requirement.ts";
import type { Logger } from "../logs/logger.ts";
import { createMetrics, type Metrics } from "../metrics/create-metrics.ts";
import { collectProcessMetrics } from "../metrics/process-defaults.ts";

/** What the apps of one process share. */
export interface ProcessContext {
  readonly redis: RedisConnection;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly health: Health;
  /** Ends the watch over the event loop. */
  readonly stopWatching: () => void;
}

/** What a worker is given: its connection queues while Redis is away and never gives up. */
export interface WorkerContext extends Omit<ProcessContext, "stopWatching"> {
  readonly metrics: Metrics;
  /** Waits until what Redis acknowledged is on its disk, where that was asked for. */
  readonly disk: DiskWait;
}

/** Sets up metrics and health of a process, Redis and the event loop included. */
export function createProcessContext(redis: RedisConnection, logger: Logger): ProcessContext {
  const registry = new Registry();
  collectProcessMetrics(registry);
  const health = createHealth();
  health.requires("redis", answersPing(redis));
  return { redis, logger, registry, health, stopWatching: watchEventLoop(health) };
}

/** Adds what a worker counts. */
export function createWorkerContext(
  context: ProcessContext,
  disk: DiskWait = NO_DISK_WAIT,
): WorkerContext {
  const { redis, logger, registry, health } = context;
  return { redis, logger, registry, health, metrics: createMetrics(registry), disk };
}
