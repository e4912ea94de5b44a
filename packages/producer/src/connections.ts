import type { JournalConnection } from "@apidot-queue/journal";
import { connectRedis, parseRedisUrl, type RedisConnection } from "@apidot-queue/redis";

/** Where a producer finds Redis: a URL, or a connection that stays the caller's. */
export type RedisOption = string | JournalConnection;

/** The connections of one producer. */
export interface ProducerConnections {
  /** Fails fast while Redis is away. */
  readonly main: JournalConnection;
  /** A connection of its own for blocking reads; whoever asks closes it. */
  blocking(): JournalConnection;
  /** Resolves when Redis was reached for the first time, or when it takes too long. */
  whenReached(): Promise<void>;
  /** Closes what was opened here. */
  close(): void;
}

/** How long a first call waits for the first connection. Later outages fail at once. */
const FIRST_CONNECT_MS = 5_000;

/** @throws {RangeError} when the URL cannot be read; the message repeats nothing of it. */
export function openConnections(redis: RedisOption): ProducerConnections {
  if (typeof redis !== "string") {
    return {
      main: redis,
      blocking: () => ownErrors(duplicateForBlocking(redis)),
      whenReached: () => Promise.resolve(),
      close: () => undefined,
    };
  }
  const parsed = parseRedisUrl(redis);
  if (!parsed.ok) throw new RangeError(`redis: ${parsed.problem}`);
  const main = ownErrors(connectRedis(parsed.value, "producer"));
  const reached = firstReady(main);
  return {
    main,
    blocking: () => ownErrors(connectRedis(parsed.value, "worker")),
    whenReached: () => reached,
    close: () => main.disconnect(),
  };
}

/** The same server with the options of a worker: a blocking read outlasts a command's limit. */
function duplicateForBlocking(redis: JournalConnection): JournalConnection {
  // Sent again after a cut: a read that is dropped there never ends, and nor does whoever waits.
  const patient = {
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
  };
  return "nodes" in redis
    ? redis.duplicate([], {
        redisOptions: { maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true },
      })
    : redis.duplicate({ ...patient, commandTimeout: undefined as never });
}

/** Calls report their own failures; without a listener an outage would end the process. */
function ownErrors(redis: RedisConnection): RedisConnection {
  redis.on("error", () => undefined);
  return redis;
}

function firstReady(redis: RedisConnection): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FIRST_CONNECT_MS);
    timer.unref();
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
