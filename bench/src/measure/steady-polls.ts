import { setTimeout as sleep } from "node:timers/promises";

import type { Bench, Figures, OpenRunningPolls } from "../workload.ts";
import { percentile } from "./median.ts";

/** Between two polls of one task. */
const EVERY_MS = 60_000;
/** From the moment at which all is scheduled to the first that is due. */
const LEAD_MS = 1_000;

/**
 * `count` tasks in flight, each due once a minute, spread evenly: how long after it is due is a task
 * polled, the status call included?
 */
export async function steadyPolls(bench: Bench, open: OpenRunningPolls): Promise<Figures> {
  const polls = await open(bench, EVERY_MS);
  await polls.fill(bench.count);
  // As long again is not measured: the code is compiled and the first polls are over by then.
  const { steadyMs } = bench;
  const startAt = Date.now() + LEAD_MS + bench.count / 20;
  await polls.schedule((index) => Math.round(startAt + (index * EVERY_MS) / bench.count));
  const lagsMs: number[] = [];
  const from = startAt + steadyMs;
  polls.start((dueAt) => {
    if (dueAt >= from && dueAt < from + steadyMs) lagsMs.push(Date.now() - dueAt);
  });
  await sleep(from - Date.now());
  const before = process.cpuUsage();
  await sleep(steadyMs);
  const cpu = process.cpuUsage(before);
  // What was due in the last moment is polled in the next.
  await sleep(1_000);
  await polls.stop();
  return {
    perSecond: lagsMs.length / (steadyMs / 1_000),
    lagP50Ms: percentile(lagsMs, 0.5),
    lagP99Ms: percentile(lagsMs, 0.99),
    cores: (cpu.user + cpu.system) / 1_000 / steadyMs,
  };
}
