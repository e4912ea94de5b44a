import type { WorkloadName } from "./workloads.ts";

/** How large a measurement is. */
export interface Size {
  /** Generations, or tasks in flight. */
  readonly count: number;
  readonly concurrency: number;
  /** Pairs of runs; their median counts. */
  readonly rounds: number;
  /** How long steady polling is measured, milliseconds. */
  readonly steadyMs: number;
  /** A server that has each write on its disk before it answers. @defaultValue false */
  readonly isDurable?: boolean;
}

/** Sizes at which start-up no longer shows. */
export const FULL: Readonly<Record<WorkloadName, Size>> = {
  "whole-path": { count: 10_000, concurrency: 50, rounds: 5, steadyMs: 0 },
  "cautious-path": { count: 10_000, concurrency: 50, rounds: 3, steadyMs: 0 },
  enqueue: { count: 30_000, concurrency: 1, rounds: 5, steadyMs: 0 },
  "in-flight": { count: 20_000, concurrency: 50, rounds: 1, steadyMs: 0 },
  // 100,000 in flight, each polled once a minute, are 1,667 polls a second.
  "steady-polls": { count: 100_000, concurrency: 64, rounds: 3, steadyMs: 10_000 },
  "overdue-drain": { count: 20_000, concurrency: 64, rounds: 3, steadyMs: 0 },
  // The product gets half of the callers: at half the rate the latencies are the same then.
  gateway: { count: 20_000, concurrency: 32, rounds: 5, steadyMs: 0 },
  "gateway-durable": { count: 10_000, concurrency: 32, rounds: 3, steadyMs: 0, isDurable: true },
  "gateway-heap": { count: 100_000, concurrency: 32, rounds: 1, steadyMs: 0 },
  "gateway-outage": { count: 1_000, concurrency: 16, rounds: 3, steadyMs: 0 },
};

/** Just enough to see that everything runs; its figures mean nothing. */
export const QUICK: Readonly<Record<WorkloadName, Size>> = {
  "whole-path": { count: 200, concurrency: 16, rounds: 1, steadyMs: 0 },
  "cautious-path": { count: 200, concurrency: 16, rounds: 1, steadyMs: 0 },
  enqueue: { count: 400, concurrency: 1, rounds: 1, steadyMs: 0 },
  "in-flight": { count: 200, concurrency: 16, rounds: 1, steadyMs: 0 },
  "steady-polls": { count: 6_000, concurrency: 16, rounds: 1, steadyMs: 500 },
  "overdue-drain": { count: 400, concurrency: 16, rounds: 1, steadyMs: 0 },
  gateway: { count: 400, concurrency: 16, rounds: 1, steadyMs: 0 },
  "gateway-durable": { count: 200, concurrency: 16, rounds: 1, steadyMs: 0, isDurable: true },
  "gateway-heap": { count: 1_000, concurrency: 16, rounds: 1, steadyMs: 0 },
  "gateway-outage": { count: 100, concurrency: 16, rounds: 1, steadyMs: 0 },
};
