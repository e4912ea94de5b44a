import { Cluster, Redis } from "ioredis";
import type { ClusterOptions } from "ioredis";

import { coalesceWrites } from "./coalesce-writes.ts";
import { redisOptions, reconnectDelayMs } from "./redis-options.ts";
import type { ConnectionOptions, RedisRole } from "./redis-options.ts";
import type { RedisTarget } from "./redis-target.ts";

/** A connection to one server or to a cluster. Whoever made it closes it. */
export type RedisConnection = Redis | Cluster;

/** How a connection is named. */
export interface ConnectRedisOptions {
  /** Shown by `CLIENT LIST`: letters, digits, `-`, `:`. @defaultValue none */
  readonly connectionName?: string;
}

/**
 * Starts to connect and returns at once. A loss never ends the connection: it comes back by itself.
 * Give it a listener for `error`: without one, ioredis writes each loss to the console.
 */
export function connectRedis(
  target: RedisTarget,
  role: RedisRole,
  options: ConnectRedisOptions = {},
): RedisConnection {
  const name = options.connectionName;
  const shared: ConnectionOptions = {
    ...redisOptions(role),
    ...(target.username === null ? {} : { username: target.username }),
    ...(target.password === null ? {} : { password: target.password }),
    ...(name === undefined ? {} : { connectionName: name }),
  };
  if (target.kind === "cluster") {
    const nodes = target.nodes.map(({ host, port }) => ({ host, port }));
    const cluster = new Cluster(nodes, clusterOptions(shared, target.tls));
    cluster.on("+node", coalesceConnection);
    return cluster;
  }
  if (target.kind === "sentinel") {
    return coalesceConnection(new Redis({ ...shared, ...sentinelOptions(target) }));
  }
  const { host, port, db } = target;
  const tls = target.tls ? { tls: {} } : {};
  return coalesceConnection(new Redis({ ...shared, host, port, db, ...tls }));
}

/** Each connection has a stream of its own. */
function coalesceConnection(redis: Redis): Redis {
  return redis.on("connect", () => coalesceWrites(redis.stream));
}

/**
 * Sentinels get the servers' password as their default user: it is right where they share it, and
 * a sentinel without a password takes any.
 */
function sentinelOptions(target: RedisTarget & { readonly kind: "sentinel" }) {
  return {
    sentinels: target.sentinels.map(({ host, port }) => ({ host, port })),
    name: target.master,
    db: target.db,
    sentinelRetryStrategy: reconnectDelayMs,
    ...(target.password === null ? {} : { sentinelPassword: target.password }),
  };
}

/** A cluster takes the queueing of commands from itself, the rest from its nodes. */
function clusterOptions(shared: ConnectionOptions, tls: boolean) {
  const { retryStrategy: _ofServers, enableOfflineQueue, ...nodes } = shared;
  return {
    clusterRetryStrategy: reconnectDelayMs,
    ...(enableOfflineQueue === undefined ? {} : { enableOfflineQueue }),
    redisOptions: { ...nodes, ...(tls ? { tls: {} } : {}) },
    // By default the client resolves names itself and connects to bare addresses, for which no
    // certificate is valid.
    ...(tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
  } satisfies ClusterOptions;
}
