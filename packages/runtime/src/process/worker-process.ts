import type { DurabilityMode, RedisTarget } from "@apidot-queue/redis";

import { createOperationsHandler } from "../http/operations.ts";
import { startOperationsServer } from "../http/operations-server.ts";
import type { Logger } from "../logs/logger.ts";
import { connectRedis } from "../redis/connect-redis.ts";
import { createRedisWatch } from "../redis/redis-watch.ts";
import { requireRedis } from "../redis/require-redis.ts";
import type { RunningApp } from "./run-app.ts";
import { createStopSteps } from "./stop-steps.ts";
import {
  createProcessContext,
  createWorkerContext,
  type WorkerContext,
} from "./process-context.ts";

/** How a worker's process is set up. */
export interface WorkerProcessOptions {
  readonly name: string;
  readonly redis: RedisTarget;
  readonly metricsHost: string;
  readonly metricsPort: number;
  readonly isMetricsPortGiven: boolean;
  readonly logger: Logger;
  readonly durability: DurabilityMode;
  /** Starts the worker itself. */
  readonly work: (context: WorkerContext) => Promise<RunningApp>;
  /** How long the worker may take to drain, milliseconds. */
  readonly drainLimitMs: number;
}

/**
 * Starts a worker that has a process of its own: Redis is checked, then the worker starts, then
 * its metrics and health are served.
 *
 * @throws {ConfigurationError} when Redis or the port cannot be used
 */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<RunningApp> {
  const { logger, name } = options;
  const redis = connectRedis(options.redis, "worker", {
    watch: createRedisWatch({ logger }),
    connectionName: name,
  });
  const { durability } = options;
  const { disk } = await requireRedis(redis, { target: options.redis, logger, durability });

  const context = createProcessContext(redis, logger);
  const { registry, health, stopWatching } = context;
  const worker = await options.work(createWorkerContext(context, disk));
  const server = await startOperationsServer({
    handler: createOperationsHandler({ health, registry }),
    host: options.metricsHost,
    port: options.metricsPort,
    isPortGiven: options.isMetricsPortGiven,
    logger,
  });
  health.markStarted();

  const steps = createStopSteps(logger);
  steps.onStop("worker", options.drainLimitMs, () => {
    health.markDraining();
    return worker.stop();
  });
  steps.onStop("operations server", 5_000, () => server.close());
  steps.onStop("redis", 1_000, () => {
    stopWatching();
    disk.close();
    redis.disconnect();
  });
  return steps;
}
