import { heapUnderLoad, loadServer, loadWithoutRedis } from "./measure/gateway-load.ts";
import { overdueDrain } from "./measure/overdue-drain.ts";
import { steadyPolls } from "./measure/steady-polls.ts";
import * as productEnqueue from "./product/enqueue.ts";
import { gatewayWith } from "./product/gateway.ts";
import * as productInFlight from "./product/in-flight.ts";
import { openRunningGenerations } from "./product/running-generations.ts";
import * as productPath from "./product/whole-path.ts";
import * as referenceEnqueue from "./reference/enqueue.ts";
import { openBareHandler } from "./reference/gateway.ts";
import * as referenceInFlight from "./reference/in-flight.ts";
import { openRunningJobs } from "./reference/running-jobs.ts";
import * as referencePath from "./reference/whole-path.ts";
import type { Workload } from "./workload.ts";

/** Everything that is measured. */
export const WORKLOADS = {
  "whole-path": { reference: referencePath.runWholePath, product: productPath.runWholePath },
  "cautious-path": {
    reference: referencePath.runCautiousPath,
    product: productPath.runWholePath,
  },
  enqueue: { reference: referenceEnqueue.runEnqueue, product: productEnqueue.runEnqueue },
  "in-flight": { reference: referenceInFlight.runInFlight, product: productInFlight.runInFlight },
  "steady-polls": {
    reference: (bench) => steadyPolls(bench, openRunningJobs),
    product: (bench) => steadyPolls(bench, openRunningGenerations),
  },
  "overdue-drain": {
    reference: (bench) => overdueDrain(bench, openRunningJobs),
    product: (bench) => overdueDrain(bench, openRunningGenerations),
  },
  gateway: {
    reference: (bench) => loadServer(bench, bench.concurrency, openBareHandler),
    product: (bench) => loadServer(bench, bench.concurrency / 2, gatewayWith("relaxed")),
  },
  "gateway-durable": {
    reference: (bench) => loadServer(bench, bench.concurrency, openBareHandler),
    product: (bench) => loadServer(bench, bench.concurrency / 2, gatewayWith("auto")),
  },
  "gateway-heap": {
    reference: (bench) => heapUnderLoad(bench, openBareHandler),
    product: (bench) => heapUnderLoad(bench, gatewayWith("relaxed")),
  },
  "gateway-outage": {
    reference: (bench) => loadWithoutRedis(bench, openBareHandler),
    product: (bench) => loadWithoutRedis(bench, gatewayWith("relaxed")),
  },
} as const satisfies Record<string, Workload>;

/** The name of a workload. */
export type WorkloadName = keyof typeof WORKLOADS;
