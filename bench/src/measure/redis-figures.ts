import type { Redis } from "ioredis";

/** What Redis has done so far. */
export interface RedisFigures {
  /** Commands executed, those within scripts included, without those of measuring. */
  readonly commandCount: number;
  readonly cpuUs: number;
  readonly usedBytes: number;
}

const OWN = /^(?:info|zcard|config|client|hello|command|ping|flushall|memory)\b/;

/** Reads the server's own counters. */
export async function redisFigures(redis: Redis): Promise<RedisFigures> {
  const text = await redis.info("commandstats", "cpu", "memory");
  let commandCount = 0;
  for (const [, name, calls] of text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (!OWN.test(name ?? "")) commandCount += Number(calls);
  }
  const value = (name: string): number =>
    Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(text)?.[1] ?? Number.NaN);
  return {
    commandCount,
    cpuUs: (value("used_cpu_user") + value("used_cpu_sys")) * 1e6,
    usedBytes: value("used_memory"),
  };
}
