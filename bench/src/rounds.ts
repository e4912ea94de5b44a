import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type PrivateRedisOptions, repositoryRoot, startPrivateRedis } from "@apidot-queue/runtime";

import type { Pair } from "./aims.ts";
import type { Size } from "./sizes.ts";
import type { Bench, Figures } from "./workload.ts";
import type { WorkloadName } from "./workloads.ts";

/** The two sides of a measurement. */
type Side = "reference" | "product";

/** Runs both sides one after the other; the order changes from round to round. */
export async function runPair(
  workload: WorkloadName,
  size: Size,
  isReferenceFirst: boolean,
): Promise<Pair> {
  const first = await runSide(workload, isReferenceFirst ? "reference" : "product", size);
  const second = await runSide(workload, isReferenceFirst ? "product" : "reference", size);
  return isReferenceFirst
    ? { reference: first, product: second }
    : { reference: second, product: first };
}

/** Runs one side in fresh processes: a Redis, an upstream stub and a Node of its own. */
async function runSide(workload: WorkloadName, side: Side, size: Size): Promise<Figures> {
  const redis = await startPrivateRedis(size.isDurable === true ? durableServer() : {});
  const stub = fork(path("upstream-stub.js"));
  try {
    const port = await new Promise<unknown>((resolve, reject) => {
      stub.once("message", resolve);
      stub.once("exit", () => reject(new Error("the upstream stub did not start")));
    });
    const upstreamUrl = `http://127.0.0.1:${String(port)}`;
    return await figuresOf(workload, side, { redisUrl: redis.url, upstreamUrl, ...size });
  } finally {
    if (stub.connected) stub.disconnect();
    await redis.stop();
  }
}

/** Where the set-up left a server that can be waited for, that one: `auto` waits for no other. */
function durableServer(): PrivateRedisOptions {
  const serverBin = join(repositoryRoot(), ".cache/waitaof/bin/redis-server");
  return { appendfsync: "always", ...(existsSync(serverBin) ? { serverBin } : {}) };
}

function figuresOf(workload: WorkloadName, side: Side, bench: Bench): Promise<Figures> {
  return new Promise((resolve, reject) => {
    let figures: Figures | null = null;
    const child = fork(path("side.js"), [workload, side, JSON.stringify(bench)], {
      execArgv: process.env["BENCH_NODE_OPTIONS"]?.split(" ") ?? [],
      // The product's log lines are written, as in production, and nobody keeps them.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.once("message", (message) => (figures = message as Figures));
    child.once("exit", (code) => {
      if (figures === null) reject(new Error(`${workload} (${side}) ended with ${String(code)}`));
      else resolve(figures);
    });
  });
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
