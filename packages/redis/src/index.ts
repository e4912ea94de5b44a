export type { ConnectRedisOptions, RedisConnection } from "./connect-redis.ts";
export { connectRedis } from "./connect-redis.ts";
export { isHostName } from "./host-name.ts";
export type { RedisRole } from "./redis-options.ts";
export type {
  ParsedRedisUrl,
  RedisAddress,
  RedisCredentials,
  RedisTarget,
} from "./redis-target.ts";
export { describeRedisTarget, parseRedisUrl } from "./redis-target.ts";
export type { DiskMark, DiskWait } from "./disk-wait.ts";
export { NO_DISK_WAIT, NotDurableError } from "./disk-wait.ts";
export type { DurabilityMode } from "./durability.ts";
export { diskWaitFor, STRICT_NEEDS } from "./durability.ts";
