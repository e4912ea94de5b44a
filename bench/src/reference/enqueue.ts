import { measuredRun } from "../measure/measured-run.ts";
import type { Bench, Figures } from "../workload.ts";
import { openTwoHop } from "./two-hop.ts";

/** `addBulk` of 1,000 jobs at a time, each with its request. */
export async function runEnqueue(bench: Bench): Promise<Figures> {
  const pipeline = await openTwoHop(bench, 0);
  await pipeline.enqueue(bench.count / 4);
  const figures = await measuredRun(bench, () => pipeline.enqueue(bench.count));
  await pipeline.close();
  return figures;
}
