import { ConfigurationError } from "../config/configuration-error.ts";
import type { Logger } from "../logs/logger.ts";
import { checkRedis } from "./check-redis.ts";
import type { RedisCheck } from "./check-redis.ts";
import {
  type DiskWait,
  type DurabilityMode,
  NO_DISK_WAIT,
  type RedisConnection,
} from "@apidot-queue/redis";
import { requireDurability } from "./require-durability.ts";
import { waitForRedis } from "./wait-for-redis.ts";
import type { WaitForRedisOptions } from "./wait-for-redis.ts";

function isNoFsync(reason: string): boolean {
  return !reason.startsWith("appendfsync ");
}

/**
 * What every app does with its first connection: waits for Redis, checks it, logs the warnings.
 * On failure the connection is closed.
 *
 * @throws {ConfigurationError} when Redis stays away, or is one that must not be used
 */
export async function requireRedis(
  redis: RedisConnection,
  options: WaitForRedisOptions & {
    readonly logger: Logger;
    /** @defaultValue "relaxed" */
    readonly durability?: DurabilityMode;
  },
): Promise<RedisCheck & { readonly disk: DiskWait }> {
  await waitForRedis(redis, options);
  const check = await checkRedis(redis);
  if (check.refusals.length > 0) {
    redis.disconnect();
    throw new ConfigurationError(check.refusals.map((problem) => ({ name: "REDIS_URL", problem })));
  }
  let disk: DiskWait;
  try {
    disk = await requireDurability(redis, options.durability ?? "relaxed");
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const { version, flavour } = check;
  options.logger.info({ version, flavour }, "redis is ready");
  // What is waited for cannot be lost.
  const warnings = disk === NO_DISK_WAIT ? check.warnings : check.warnings.filter(isNoFsync);
  for (const reason of warnings) options.logger.warn({ reason }, "redis may lose data");
  return { ...check, disk };
}
