import {
  connectRedis as connect,
  type RedisConnection,
  type RedisRole,
  type RedisTarget,
} from "@apidot-queue/redis";

import type { RedisWatch } from "./redis-watch.ts";

/** How a connection is watched and named. */
export interface ConnectRedisOptions {
  /** Hears of every loss. */
  readonly watch: RedisWatch;
  /** Shown by `CLIENT LIST`: letters, digits, `-`, `:`. @defaultValue none */
  readonly connectionName?: string;
}

/**
 * Starts to connect and returns at once; {@link waitForRedis} waits for it. Losses never throw and
 * never end the process: the connection comes back by itself.
 */
export function connectRedis(
  target: RedisTarget,
  role: RedisRole,
  options: ConnectRedisOptions,
): RedisConnection {
  const { watch, ...naming } = options;
  const redis = connect(target, role, naming);
  watch.follow(redis);
  return redis;
}
