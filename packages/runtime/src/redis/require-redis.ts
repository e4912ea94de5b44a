import { ConfigurationError } from "../config/configuration-error.ts";
import type { Logger } from "../logs/logger.ts";
import { checkRedis } from "./check-redis.ts";
import type { RedisCheck } from "./check-redis.ts";
import type { RedisConnection } from "@apidot-queue/redis";
import { waitForRedis } from "./wait-for-redis.ts";
import type { WaitForRedisOptions } from "./wait-for-redis.ts";

/**
 * What every app does with its first connection: waits for Redis, checks it, logs the warnings.
 * On failure the connection is closed.
 *
 * @throws {ConfigurationError} when Redis stays away, or is one that must not be used
 */
export async function requireRedis(
  redis: RedisConnection,
  options: WaitForRedisOptions & { readonly logger: Logger },
): Promise<RedisCheck> {
  await waitForRedis(redis, options);
  const check = await checkRedis(redis);
  if (check.refusals.length > 0) {
    redis.disconnect();
    throw new ConfigurationError(check.refusals.map((problem) => ({ name: "REDIS_URL", problem })));
  }
  const { version, flavour } = check;
  options.logger.info({ version, flavour }, "redis is ready");
  for (const reason of check.warnings) options.logger.warn({ reason }, "redis may lose data");
  return check;
}
