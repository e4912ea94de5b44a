import type { Bench, Figures, OpenRunningPolls } from "../workload.ts";
import { Completion } from "./completion.ts";
import { measuredRun } from "./measured-run.ts";

/** Everything is overdue at once, as after an outage: how fast is each task polled once? */
export async function overdueDrain(bench: Bench, open: OpenRunningPolls): Promise<Figures> {
  const polls = await open(bench, 3_600_000);
  await polls.fill(bench.count);
  const overdue = Date.now() - 60_000;
  await polls.schedule(() => overdue);
  const completion = new Completion(bench.count);
  const figures = await measuredRun(bench, async () => {
    polls.start(completion.count);
    await completion.reached;
  });
  await polls.stop();
  return figures;
}
