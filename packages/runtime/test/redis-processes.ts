import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Redis } from "ioredis";

import { findRedisServer } from "../src/private-redis/find-redis-server.ts";
import { freePort } from "../src/private-redis/free-port.ts";

/** A sentinel that watches one master, and how to end it. */
export interface TestSentinel {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a sentinel on 127.0.0.1 and waits until it answers. */
export async function startSentinel(options: {
  readonly masterPort: number;
  readonly masterPassword: string;
  /** The sentinel's own; none by default. */
  readonly password?: string;
}): Promise<TestSentinel> {
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-sentinel-"));
  const port = await freePort();
  const config = join(dir, "sentinel.conf");
  await writeFile(
    config,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${dir}`,
      `sentinel monitor main 127.0.0.1 ${options.masterPort} 1`,
      `sentinel auth-pass main ${options.masterPassword}`,
      ...(options.password === undefined ? [] : [`requirepass ${options.password}`]),
    ].join("\n"),
  );
  const child = spawn(findRedisServer(), [config, "--sentinel"], { stdio: "ignore" });
  await answers(port, options.password);
  return {
    port,
    async stop() {
      await end(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function answers(port: number, password: string | undefined): Promise<void> {
  const redis = new Redis({
    port,
    host: "127.0.0.1",
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
    ...(password === undefined ? {} : { password }),
  });
  redis.on("error", () => undefined);
  await redis.ping();
  redis.disconnect();
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
