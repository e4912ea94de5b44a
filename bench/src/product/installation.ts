import { NO_LIMITS } from "@apidot-queue/core";
import { type Journal, openJournal } from "@apidot-queue/journal";
import {
  connectRedis,
  createHealth,
  createLogger,
  createMetrics,
  createRedisWatch,
  NO_DISK_WAIT,
  parseRedisUrl,
  type RedisConnection,
  Registry,
  type WorkerContext,
} from "@apidot-queue/runtime";
import { createUpstream, type Upstream } from "@apidot-queue/upstream";

import type { Bench } from "../workload.ts";

/** What workers of the product stand on: as in production, with every log line written. */
export interface Installation {
  readonly lane: string;
  readonly redis: RedisConnection;
  readonly context: WorkerContext;
  readonly journal: Journal;
  readonly openUpstream: () => Upstream;
}

/** The lane of every measurement. */
export const LANE = "bench";

/** The rules of submits, as the defaults have them. */
export const RULES = {
  requestTimeoutMs: 45_000,
  submitDeadlineMs: 86_400_000,
  generationDeadlineMs: 3_600_000,
  ambiguity: "resubmit" as const,
  maxPaidAttempts: 3,
  confirmGraceMs: null,
  lane: NO_LIMITS,
};

/** Connects to Redis. Logs go to the standard output, as always. */
export function openInstallation(bench: Bench): Installation {
  const target = parseRedisUrl(bench.redisUrl);
  if (!target.ok) throw new Error(target.problem);
  const logger = createLogger({ app: "bench" });
  const redis = connectRedis(target.value, "worker", { watch: createRedisWatch({ logger }) });
  const registry = new Registry();
  const metrics = createMetrics(registry);
  return {
    lane: LANE,
    redis,
    context: { redis, logger, registry, metrics, health: createHealth(), disk: NO_DISK_WAIT },
    journal: openJournal(redis, LANE),
    openUpstream: () =>
      createUpstream({
        baseUrl: bench.upstreamUrl,
        apiKey: "bench-key",
        requestTimeoutMs: 45_000,
        statusTimeoutMs: 10_000,
        maxStatusConnections: bench.concurrency,
        onRequest: ({ call, code }) => metrics.upstreamRequests.inc({ call, code }),
      }),
  };
}
