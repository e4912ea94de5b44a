import type { Logger } from "../logs/logger.ts";
import { redisErrorSummary } from "./redis-error-summary.ts";
import type { RedisConnection } from "@apidot-queue/redis";

/** Follows the connections of a process and tells of each outage once. */
export interface RedisWatch {
  /**
   * Logs from now on when `redis` is lost and when it is back. It takes every error event, so that
   * none goes to the console or ends the process.
   */
  follow(redis: Pick<RedisConnection, "on">): void;
  /** Whether every followed connection that was ever ready is ready now. */
  isReachable(): boolean;
}

/** What a watch writes to and measures with. */
export interface RedisWatchOptions {
  readonly logger: Logger;
  /** Milliseconds of a clock that never jumps. @defaultValue `performance.now` */
  readonly now?: () => number;
}

/**
 * One outage is one pair of lines, however many connections see it and however often they retry: it
 * begins with the first that is lost and ends when all are ready again. What never was ready is no
 * outage: the wait at start-up speaks of that.
 */
export function createRedisWatch(options: RedisWatchOptions): RedisWatch {
  const { logger, now = () => performance.now() } = options;
  const lost = new Set<object>();
  let lostAt = 0;

  const settle = (redis: object): void => {
    if (!lost.delete(redis) || lost.size > 0) return;
    logger.info({ durationMs: Math.round(now() - lostAt) }, "redis connection is back");
  };

  return {
    isReachable: () => lost.size === 0,
    follow(redis) {
      let wasReady = false;
      let lastError: unknown = null;
      redis.on("error", (error: unknown) => (lastError = error));
      redis.on("ready", () => {
        wasReady = true;
        lastError = null;
        settle(redis);
      });
      // Not on `close`: that comes for a close of our own too, with `end` instead of this behind it.
      redis.on("reconnecting", () => {
        if (!wasReady || lost.has(redis)) return;
        if (lost.size === 0) {
          lostAt = now();
          const reason = lastError === null ? "closed" : redisErrorSummary(lastError);
          logger.warn({ reason }, "redis connection is lost");
        }
        lost.add(redis);
      });
      redis.on("end", () => {
        lost.delete(redis);
      });
    },
  };
}
