import { Completion } from "../measure/completion.ts";
import { measuredRun } from "../measure/measured-run.ts";
import { type Bench, type Figures, POLL_DELAY_MS, WARM_UP_COUNT } from "../workload.ts";
import { openTwoHop } from "./two-hop.ts";

/** From enqueued to succeeded, after a warm-up in the same process. */
export function runWholePath(bench: Bench): Promise<Figures> {
  return run(bench, false);
}

/** The same with a fresh connection per submit: what the product's caution alone costs. */
export function runCautiousPath(bench: Bench): Promise<Figures> {
  return run(bench, true);
}

async function run(bench: Bench, isFresh: boolean): Promise<Figures> {
  const pipeline = await openTwoHop(bench, POLL_DELAY_MS, isFresh);
  const { submitWorker, statusWorker } = pipeline;
  const workers = [submitWorker, statusWorker];
  let completion = new Completion(WARM_UP_COUNT);
  statusWorker.on("completed", () => completion.count());
  for (const worker of workers) worker.on("error", (error) => completion.fail(error));

  await pipeline.enqueue(WARM_UP_COUNT);
  for (const worker of workers) worker.run().catch((error: Error) => completion.fail(error));
  await completion.reached;

  await Promise.all(workers.map((worker) => worker.pause()));
  await pipeline.enqueue(bench.count);
  completion = new Completion(bench.count);
  const figures = await measuredRun(bench, async () => {
    await Promise.all(workers.map((worker) => worker.resume()));
    await completion.reached;
  });
  await pipeline.close();
  return figures;
}
