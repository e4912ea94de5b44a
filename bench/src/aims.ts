import { median } from "./measure/median.ts";
import type { Figures } from "./workload.ts";
import type { WorkloadName } from "./workloads.ts";

/** What one pair of runs came to. */
export interface Pair {
  readonly reference: Figures;
  readonly product: Figures;
}

/** One line of the table: what is measured, and how good it has to be. */
export interface Aim {
  readonly title: string;
  readonly workload: WorkloadName;
  readonly figure: string;
  /** Digits after the point when the figure is shown. */
  readonly digits: number;
  /** Whether the bound, if there is one, is on the product's figure or on its ratio to the reference. */
  readonly on: "figure" | "ratio";
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What this project aims at, beside a plain BullMQ pipeline in the same run. */
export const AIMS: readonly Aim[] = [
  {
    title: "generations/s, the whole path",
    workload: "whole-path",
    figure: "perSecond",
    digits: 0,
    on: "ratio",
    atLeast: 0.85,
  },
  {
    title: "Node CPU per generation, µs",
    workload: "whole-path",
    figure: "nodeCpuUs",
    digits: 0,
    on: "ratio",
    atMost: 1.3,
  },
  {
    title: "generations/s, reference with a connection per submit too",
    workload: "cautious-path",
    figure: "perSecond",
    digits: 0,
    on: "ratio",
  },
  {
    title: "Node CPU per generation, µs, the same",
    workload: "cautious-path",
    figure: "nodeCpuUs",
    digits: 0,
    on: "ratio",
  },
  {
    title: "client commands per generation after the enqueue",
    workload: "whole-path",
    figure: "clientCommands",
    digits: 1,
    on: "figure",
    atMost: 10,
  },
  {
    title: "commands executed by Redis per generation",
    workload: "whole-path",
    figure: "executedCommands",
    digits: 1,
    on: "figure",
    atMost: 130,
  },
  {
    title: "bytes per generation in flight, without its request",
    workload: "in-flight",
    figure: "bytes",
    digits: 0,
    on: "figure",
    atMost: 700,
  },
  {
    title: "1,667 polls/s: due to polled, p99, ms",
    workload: "steady-polls",
    figure: "lagP99Ms",
    digits: 0,
    on: "ratio",
    atMost: 1.1,
  },
  {
    title: "overdue polls/s",
    workload: "overdue-drain",
    figure: "perSecond",
    digits: 0,
    on: "ratio",
    atLeast: 0.9,
  },
  {
    title: "batch enqueue, generations/s (reference: addBulk)",
    workload: "enqueue",
    figure: "perSecond",
    digits: 0,
    on: "ratio",
    atLeast: 0.5,
  },
  {
    title: "POST /v1/generations/s (reference: Queue.add behind Hono, twice the callers)",
    workload: "gateway",
    figure: "perSecond",
    digits: 0,
    on: "ratio",
    atLeast: 0.5,
  },
  {
    title: "its p99, ms, at that rate",
    workload: "gateway",
    figure: "p99Ms",
    digits: 1,
    on: "ratio",
    atMost: 1,
  },
  {
    title: "its p50, ms",
    workload: "gateway",
    figure: "p50Ms",
    digits: 1,
    on: "ratio",
  },
  {
    title: "Node CPU per POST, µs",
    workload: "gateway",
    figure: "nodeCpuUs",
    digits: 0,
    on: "ratio",
  },
  {
    title: "POST /v1/generations/s, on disk before the answer",
    workload: "gateway-durable",
    figure: "perSecond",
    digits: 0,
    on: "ratio",
  },
  {
    title: "its p99, ms",
    workload: "gateway-durable",
    figure: "p99Ms",
    digits: 1,
    on: "ratio",
  },
  {
    title: "heap over 100,000 POSTs: last of ten points to the second",
    workload: "gateway-heap",
    figure: "heapGrowth",
    digits: 2,
    on: "figure",
    atMost: 1.1,
  },
  {
    title: "503 once Redis is gone, p50, ms",
    workload: "gateway-outage",
    figure: "p50Ms",
    digits: 1,
    on: "figure",
    atMost: 100,
  },
  {
    title: "503 once Redis is gone, the slowest, ms",
    workload: "gateway-outage",
    figure: "maxMs",
    digits: 1,
    on: "figure",
    atMost: 100,
  },
];

/** What became of an aim. */
export interface Result {
  readonly product: number;
  readonly reference: number;
  /** The median of the ratios of the pairs, which is not the ratio of the medians. */
  readonly ratio: number;
  /** Null where the figure is only shown. */
  readonly isMet: boolean | null;
}

/** Compares the pairs of a workload with an aim. */
export function judge(aim: Aim, pairs: readonly Pair[]): Result {
  const of = (figures: Figures): number => figures[aim.figure] ?? Number.NaN;
  const product = median(pairs.map((pair) => of(pair.product)));
  const ratio = median(pairs.map((pair) => of(pair.product) / of(pair.reference)));
  return {
    product,
    reference: median(pairs.map((pair) => of(pair.reference))),
    ratio,
    isMet: isWithin(aim, aim.on === "ratio" ? ratio : product),
  };
}

function isWithin({ atLeast, atMost }: Aim, value: number): boolean | null {
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? null : value <= atMost;
}
