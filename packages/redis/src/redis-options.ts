import type { RedisOptions } from "ioredis";

/**
 * What a connection is for. `producer`: calls that a person or a program waits for, so they fail
 * fast and are never repeated unasked. `worker`: everything that must outlive an outage, blocking
 * and subscribed connections included. The two never share options.
 */
export type RedisRole = "producer" | "worker";

/** BullMQ's own back-off kept a worker dead 16 s after an outage of 22 s; this one 0.6 s. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(100 * attempt, 1_000);
}

/**
 * A half-open link stays silent for over a minute without it. A worker's blocking call lasts up to
 * 10 s, so anything near that would churn idle workers.
 */
const SOCKET_TIMEOUT_MS = 12_000;

/** After this an answer to a producer's command counts as lost; the write may have happened. */
const PRODUCER_COMMAND_TIMEOUT_MS = 5_000;

/** After a failover a client may still talk to the old master, which is a replica now. */
function isReadOnly(error: Error): boolean {
  return error.message.startsWith("READONLY");
}

/** Replies have the shape that BullMQ and the journal read, whatever protocol carries them. */
export type ConnectionOptions = RedisOptions & { readonly replyMapping: "legacy" };

/** The options of every connection of a role, to one server, by sentinels or to a cluster's node. */
export function redisOptions(role: RedisRole): ConnectionOptions {
  const shared = {
    replyMapping: "legacy",
    retryStrategy: reconnectDelayMs,
    socketTimeout: SOCKET_TIMEOUT_MS,
  } as const;
  if (role === "producer") {
    return {
      ...shared,
      maxRetriesPerRequest: 3,
      enableOfflineQueue: false,
      commandTimeout: PRODUCER_COMMAND_TIMEOUT_MS,
      autoResendUnfulfilledCommands: false,
      reconnectOnError: (error) => (isReadOnly(error) ? 1 : false),
    };
  }
  return {
    ...shared,
    maxRetriesPerRequest: null,
    // A replica executed nothing of it, so sending it again is no repetition.
    reconnectOnError: (error) => (isReadOnly(error) ? 2 : false),
  };
}
