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
