import { Redis } from "ioredis";

import type { Bench, Figures } from "../workload.ts";
import { countClientCommands } from "./client-commands.ts";
import { redisFigures } from "./redis-figures.ts";

const clientCommands = countClientCommands();

/**
 * Runs `work` and measures it: its rate, the processor time of this process and of Redis, and the
 * commands, each per item.
 */
export async function measuredRun(
  { redisUrl, count }: Bench,
  work: () => Promise<void>,
): Promise<Figures> {
  const redis = new Redis(redisUrl);
  const before = await redisFigures(redis);
  const commandsBefore = clientCommands();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const commands = clientCommands() - commandsBefore;
  const after = await redisFigures(redis);
  redis.disconnect();
  return {
    perSecond: count / seconds,
    nodeCpuUs: (cpu.user + cpu.system) / count,
    redisCpuUs: (after.cpuUs - before.cpuUs) / count,
    clientCommands: commands / count,
    executedCommands: (after.commandCount - before.commandCount) / count,
  };
}
