import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { Redis } from "ioredis";

import type { Bench, Figures } from "../workload.ts";
import { httpLoad } from "./http-load.ts";
import { measuredRun } from "./measured-run.ts";

/** A server of this process that takes `POST /v1/generations`. */
interface ServerUnderLoad {
  readonly url: string;
  stop(): Promise<void>;
}

/** Opens one side. */
export type OpenServer = (bench: Bench) => Promise<ServerUnderLoad>;

/** Rate and latencies of so many callers, and what a request costs this process. */
export async function loadServer(
  bench: Bench,
  callers: number,
  open: OpenServer,
): Promise<Figures> {
  const server = await open(bench);
  const load = { url: server.url, callers, status: 202 };
  await httpLoad({ ...load, count: Math.ceil(bench.count / 4) });
  let borne: Figures = {};
  const costs = await measuredRun(bench, async () => {
    borne = await httpLoad({ ...load, count: bench.count });
  });
  await server.stop();
  // The rate of the callers: the other one includes the start of their process.
  return { ...costs, ...borne };
}

const POINTS = 10;
const MIB = 2 ** 20;

/** The heap after a collection, at ten points of a long load. */
export async function heapUnderLoad(bench: Bench, open: OpenServer): Promise<Figures> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const server = await open(bench);
  const count = Math.ceil(bench.count / POINTS);
  const heapMiB: number[] = [];
  for (let point = 0; point < POINTS; point += 1) {
    await httpLoad({ url: server.url, callers: bench.concurrency, count, status: 202 });
    collect();
    heapMiB.push(process.memoryUsage().heapUsed / MIB);
  }
  await server.stop();
  const points = heapMiB.map((value, at) => [`heapMiB${at + 1}`, value] as const);
  // What is compiled and filled once is there by the second point.
  const growth = (heapMiB.at(-1) ?? Number.NaN) / (heapMiB[1] ?? Number.NaN);
  return { ...Object.fromEntries(points), heapGrowth: growth };
}

/**
 * How long a refusal takes once Redis is gone. What was out when it went is not among them: a test of
 * the gateway has that.
 */
export async function loadWithoutRedis(bench: Bench, open: OpenServer): Promise<Figures> {
  const server = await open(bench);
  const load = { url: server.url, callers: bench.concurrency };
  await httpLoad({ ...load, count: bench.count, status: 202 });
  const redis = new Redis(bench.redisUrl, { retryStrategy: () => null });
  redis.on("error", () => undefined);
  // It answers nothing: its end is the answer.
  await redis.shutdown("NOSAVE").catch(() => undefined);
  redis.disconnect();
  const { p50Ms, maxMs } = await httpLoad({ ...load, count: bench.count, status: 503 });
  await server.stop();
  return { p50Ms, maxMs };
}
