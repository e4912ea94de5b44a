export { REDIS_MINIMUM_VERSION, findRedisServer, repositoryRoot } from "./find-redis-server.ts";
export type { FindRedisServerOptions } from "./find-redis-server.ts";
export { freePort } from "./free-port.ts";
export { PrivateRedisError } from "./private-redis-error.ts";
export type { PrivateRedisErrorCode } from "./private-redis-error.ts";
export { startPrivateRedis } from "./start-private-redis.ts";
export type { PrivateRedis, PrivateRedisOptions } from "./start-private-redis.ts";
