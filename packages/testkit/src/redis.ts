import { randomBytes } from "node:crypto";

import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** One private Redis for every worker that may run at the same time. */
    readonly redisUrls: readonly string[];
  }
}

/**
 * The Redis of this vitest worker. No other worker uses it at the same time; files that ran on this
 * worker before may have left keys, so use a fresh lane or prefix.
 *
 * @throws {Error} outside of a project with the Redis global set-up
 */
export function testRedisUrl(): string {
  const urls = inject("redisUrls") as readonly string[] | undefined;
  // vitest numbers the workers that run at the same time from 1, across all projects.
  const url = urls?.[Number(process.env["VITEST_POOL_ID"]) - 1];
  if (url === undefined) {
    throw new Error(
      `no Redis for worker ${process.env["VITEST_POOL_ID"]}: name the file x.redis.test.ts`,
    );
  }
  return url;
}

/** What ioredis takes; `replyMapping` is left out because it changes the type of every answer. */
export type TestRedisOptions = Omit<RedisOptions, "replyMapping">;

/**
 * A client of {@link testRedisUrl} for the test itself: a command on a server that is away fails
 * after one reconnect, where product clients would go on. The caller ends it, with `disconnect()`.
 *
 * @param options - laid over the defaults
 */
export function connectTestRedis(options: TestRedisOptions = {}): Redis {
  const { hostname, port } = new URL(testRedisUrl());
  return ownErrors(
    new Redis(Number(port), hostname, {
      maxRetriesPerRequest: 1,
      connectTimeout: 5_000,
      commandTimeout: 10_000,
      ...options,
    }),
  );
}

/**
 * Gives a test's client a listener for `error`. Its commands say themselves what went wrong; without
 * a listener, ioredis writes each loss to the console: a slow connect under load, a server that ends
 * before its client.
 */
export function ownErrors(redis: Redis): Redis {
  return redis.on("error", () => undefined);
}

/** A lane name that no other test has: 18 of the 24 allowed characters. */
export function uniqueLane(): string {
  return `t-${randomBytes(8).toString("hex")}`;
}

/** A prefix for keys and queue names that no other test has, without colons. */
export function uniquePrefix(): string {
  return `p-${randomBytes(8).toString("hex")}`;
}
