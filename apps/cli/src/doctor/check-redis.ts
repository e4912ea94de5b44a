import {
  checkRedis as askRedis,
  ConfigurationError,
  connectRedis,
  createLogger,
  createRedisWatch,
  describeRedisTarget,
  redisErrorSummary,
  type RedisConnection,
  type RedisTarget,
  waitForRedis,
} from "@apidot-queue/runtime";

import { printable } from "../output/printable.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** How long Redis may take to answer, milliseconds. */
const LIMIT_MS = 3_000;

/** Where to look, and what is known already. */
export interface RedisCheckOptions {
  readonly target: RedisTarget;
  /** Whether somebody named it, as opposed to the default. */
  readonly isGiven: boolean;
  /** A gateway that is ready has a Redis, wherever that is. */
  readonly isGatewayReady: boolean;
  /** What else is looked for there. */
  readonly inspect: (redis: RedisConnection) => Promise<readonly Finding[]>;
}

/** Whether Redis answers, and whether it is one to keep generations in. */
export async function checkRedis(options: RedisCheckOptions): Promise<readonly Finding[]> {
  const { target, inspect } = options;
  const place = printable(describeRedisTarget(target));
  const logger = createLogger({ app: "cli", level: "silent" });
  const watch = createRedisWatch({ logger });
  const redis = connectRedis(target, "producer", { watch, connectionName: "cli" });
  const { fail } = findingsOf("redis");
  try {
    await waitForRedis(redis, { target, limitMs: LIMIT_MS, writeLine: () => undefined });
    return [...(await judge(redis, place)), ...(await inspect(redis))];
  } catch (error) {
    if (error instanceof ConfigurationError) return [away(error, place, options)];
    return [fail(`${place} broke off (${printable(redisErrorSummary(error))})`, "look again")];
  } finally {
    redis.disconnect();
  }
}

async function judge(redis: RedisConnection, place: string): Promise<readonly Finding[]> {
  const { ok, warn, fail } = findingsOf("redis");
  const { version, flavour, refusals, warnings } = await askRedis(redis);
  const name = flavour === "valkey" ? "Valkey" : "Redis";
  return [
    ok(`${name} ${printable(version)} at ${place}`),
    ...refusals.map((sentence) => fail(printable(sentence))),
    ...warnings.map((sentence) => warn(printable(sentence))),
  ];
}

function away(error: ConfigurationError, place: string, options: RedisCheckOptions): Finding {
  const { warn, fail } = findingsOf("redis");
  const reason = printable(error.mistakes[0]?.problem ?? `${place} does not answer`);
  if (!options.isGiven && options.isGatewayReady) {
    const advice = "nothing to do, or set REDIS_URL to what the gateway uses to check it here too";
    return warn(`${reason}; the gateway has one of its own`, advice);
  }
  return fail(reason, "start Redis, or set REDIS_URL");
}
