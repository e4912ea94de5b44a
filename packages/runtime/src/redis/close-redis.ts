import type { RedisConnection } from "@apidot-queue/redis";

const QUIT_LIMIT_MS = 2_000;

/**
 * Ends a connection: politely when it is ready, so that what was sent is answered first; at once
 * when it is not, or does not answer within the limit. Never rejects and never waits for a Redis
 * that is away. Commands that the client holds back during an outage are dropped without an answer:
 * whoever waits for one needs a limit of its own.
 *
 * @param limitMs - Default: 2000
 */
export async function closeRedis(
  redis: Pick<RedisConnection, "status" | "quit" | "disconnect">,
  limitMs: number = QUIT_LIMIT_MS,
): Promise<void> {
  if (redis.status === "ready") await quit(redis, limitMs);
  redis.disconnect();
}

async function quit(redis: Pick<RedisConnection, "quit">, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([redis.quit(), limit]);
  } catch {
    // Lost on the way out: closed is what was wanted.
  } finally {
    clearTimeout(timer);
  }
}
