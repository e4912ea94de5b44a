import { WORKLOADS, type WorkloadName } from "./workloads.ts";
import type { Bench } from "./workload.ts";

/** One side of one measurement, in a process of its own: `side.js <workload> <side> <bench>`. */
const [workload, side, bench] = process.argv.slice(2);

const figures = await WORKLOADS[workload as WorkloadName][side as "reference" | "product"](
  JSON.parse(bench ?? "") as Bench,
);
process.send?.(figures, () => process.disconnect());
