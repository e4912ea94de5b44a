import { Redis } from "ioredis";

import { Completion } from "../measure/completion.ts";
import { redisFigures } from "../measure/redis-figures.ts";
import type { Bench, Figures } from "../workload.ts";
import { openTwoHop, requestBytes } from "./two-hop.ts";

/** What Redis holds for a generation whose task runs, beyond its request. */
export async function runInFlight(bench: Bench): Promise<Figures> {
  const redis = new Redis(bench.redisUrl);
  const pipeline = await openTwoHop(bench, 3_600_000);
  const before = await redisFigures(redis);
  const completion = new Completion(bench.count);
  pipeline.submitWorker.on("completed", completion.count).on("error", completion.fail);
  await pipeline.enqueue(bench.count);
  pipeline.submitWorker.run().catch(completion.fail);
  await completion.reached;
  const after = await redisFigures(redis);
  await pipeline.close();
  redis.disconnect();
  return { bytes: (after.usedBytes - before.usedBytes) / bench.count - requestBytes() };
}
