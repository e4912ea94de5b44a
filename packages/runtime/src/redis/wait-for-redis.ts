import { ConfigurationError } from "../config/configuration-error.ts";
import { formatMistake } from "../config/variable.ts";
import { EXIT_CONFIGURATION } from "../process/exit-code.ts";
import type { RedisConnection } from "@apidot-queue/redis";
import { redisErrorSummary } from "./redis-error-summary.ts";
import { describeRedisTarget } from "@apidot-queue/redis";
import type { RedisTarget } from "@apidot-queue/redis";

/** How long a Redis may be away at start-up. */
const REDIS_START_LIMIT_MS = 5_000;

/** How to wait. */
export interface WaitForRedisOptions {
  /** Only for its description: the credentials stay out. */
  readonly target: RedisTarget;
  /** @defaultValue {@link REDIS_START_LIMIT_MS} */
  readonly limitMs?: number;
  /** Gets the one line that tells of the wait. @defaultValue the error output */
  readonly writeLine?: (line: string) => void;
}

/**
 * Resolves when `redis` serves commands. While it does not, the connection tries again by itself,
 * and one line says so.
 *
 * @throws {ConfigurationError} when it does not within the limit; the connection is closed then
 */
export async function waitForRedis(
  redis: RedisConnection,
  options: WaitForRedisOptions,
): Promise<void> {
  const { target, limitMs = REDIS_START_LIMIT_MS, writeLine = toErrorOutput } = options;
  if (redis.status === "ready") return;
  const place = describeRedisTarget(target);
  const seconds = limitMs / 1_000;
  const reason = await readyWithin(redis, limitMs, (cause) =>
    writeLine(`redis at ${place} does not answer (${cause}): trying again for ${seconds} s`),
  );
  if (reason === null) return;
  redis.disconnect();
  const problem = `${place} did not answer within ${seconds} s (${reason})`;
  throw new ConfigurationError([{ name: "REDIS_URL", problem }]);
}

/**
 * {@link waitForRedis} for programs that nobody else ends: the mistake goes to the error output and
 * the process exits with 78.
 */
export async function waitForRedisOrExit(
  redis: RedisConnection,
  options: WaitForRedisOptions & { readonly exit?: (code: number) => never },
): Promise<void> {
  const { writeLine = toErrorOutput, exit = (code) => process.exit(code) } = options;
  try {
    await waitForRedis(redis, options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const mistake of error.mistakes) writeLine(formatMistake(mistake));
    exit(EXIT_CONFIGURATION);
  }
}

function toErrorOutput(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Null when it became ready, else why it did not. `onAway` is called once, at the first failure. */
function readyWithin(
  redis: RedisConnection,
  limitMs: number,
  onAway: (cause: string) => void,
): Promise<string | null> {
  return new Promise((resolve) => {
    let cause: string | null = null;
    const finish = (reason: string | null): void => {
      clearTimeout(timer);
      redis.off("ready", onReady).off("error", onError).off("end", onEnd);
      resolve(reason);
    };
    const onReady = (): void => finish(null);
    const onEnd = (): void => finish(cause ?? "closed");
    const onError = (error: unknown): void => {
      if (cause === null) onAway(redisErrorSummary(error));
      cause = redisErrorSummary(error);
    };
    const timer = setTimeout(() => finish(cause ?? silence(redis)), limitMs);
    redis.on("ready", onReady).on("error", onError).on("end", onEnd);
  });
}

function silence(redis: RedisConnection): string {
  return redis.status === "connect" ? "connected but not ready, perhaps loading" : "no answer";
}
