import type { RedisConnection } from "@apidot-queue/redis";

/** A connection that comes back within this is no reason to leave anything. */
const AWAY_FOR_MS = 2_000;
const LOOK_EVERY_MS = 100;

/**
 * Waits for work that a stop has to end, but not for what only waits for Redis: whatever it holds is
 * leased, and comes due again for another process. Not for work that holds what nobody else knows.
 *
 * @returns when the work has ended, or Redis was away for two seconds
 */
export async function unlessAway(
  redis: Pick<RedisConnection, "status">,
  work: Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const away = new Promise<void>((resolve) => {
    let awaySince: number | null = null;
    timer = setInterval(() => {
      if (redis.status === "ready") awaySince = null;
      else awaySince ??= performance.now();
      if (awaySince !== null && performance.now() - awaySince >= AWAY_FOR_MS) resolve();
    }, LOOK_EVERY_MS);
  });
  try {
    await Promise.race([work, away]);
  } finally {
    clearInterval(timer);
  }
}
