import { afterEach, describe, expect, test } from "vitest";

import { recordingLogger } from "../../test/recording-logger.ts";
import { startSentinel } from "../../test/redis-processes.ts";
import { ConfigurationError } from "../config/configuration-error.ts";
import { freePort, startPrivateRedis } from "../private-redis/index.ts";
import type { PrivateRedisOptions } from "../private-redis/index.ts";
import { checkRedis } from "./check-redis.ts";
import { closeRedis } from "./close-redis.ts";
import { connectRedis } from "./connect-redis.ts";
import type { RedisConnection } from "@apidot-queue/redis";
import { redisErrorSummary } from "./redis-error-summary.ts";
import type { RedisRole } from "@apidot-queue/redis";
import { parseRedisUrl } from "@apidot-queue/redis";
import { createRedisWatch } from "./redis-watch.ts";
import { requireRedis } from "./require-redis.ts";
import { waitForRedis, waitForRedisOrExit } from "./wait-for-redis.ts";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function parse(url: string) {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

async function startServer(options?: PrivateRedisOptions) {
  const server = await startPrivateRedis(options);
  cleanups.push(() => server.stop());
  return server;
}

function connect(url: string, role: RedisRole = "worker") {
  const target = parse(url);
  const recording = recordingLogger();
  const watch = createRedisWatch({ logger: recording.logger });
  const redis = connectRedis(target, role, { watch, connectionName: "test" });
  cleanups.push(() => redis.disconnect());
  return { target, redis, watch, ...recording };
}

async function connected(url: string, role?: RedisRole) {
  const connection = connect(url, role);
  await waitForRedis(connection.redis, { target: connection.target, writeLine: () => undefined });
  return connection;
}

async function check(options: PrivateRedisOptions) {
  const server = await startServer(options);
  return checkRedis((await connected(server.url)).redis);
}

/** The next event of a name; unlike `once` of node:events it does not fail at an error event. */
function next(redis: RedisConnection, name: string): Promise<void> {
  return new Promise((resolve) => {
    redis.once(name, () => resolve());
  });
}

describe("connecting", () => {
  test("to one server, with a password and a database", async () => {
    const server = await startServer({ extraArgs: ["--requirepass", "pa@ss"] });
    const { redis } = await connected(`redis://:pa%40ss@127.0.0.1:${server.port}/3`);
    expect(await redis.client("INFO")).toMatch(/name=test .*db=3 /);
  });

  test.each([
    ["without a password of its own", undefined],
    ["with the password of its master", "canary-pass"],
  ])("to a master by a sentinel %s", async (_title, password) => {
    const server = await startServer({
      extraArgs: ["--requirepass", "canary-pass", "--masterauth", "canary-pass"],
    });
    const sentinel = await startSentinel({
      masterPort: server.port,
      masterPassword: "canary-pass",
      ...(password === undefined ? {} : { password }),
    });
    cleanups.push(() => sentinel.stop());
    const url = `redis+sentinel://:canary-pass@127.0.0.1:${sentinel.port}/main/2`;
    const { redis } = await connected(url);
    expect(await redis.set("key", "value")).toBe("OK");
    expect(await redis.client("INFO")).toContain("db=2 ");
  });

  test.each(["producer", "worker"] as const)("to a cluster as a %s", async (role) => {
    const server = await startServer({
      extraArgs: ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"],
    });
    const { redis: node } = await connected(server.url);
    await node.call("CLUSTER", "ADDSLOTS", ...Array.from({ length: 16_384 }, (_, slot) => slot));
    for (let state = ""; !state.includes("cluster_state:ok");) {
      state = String(await node.call("CLUSTER", "INFO"));
    }
    const { redis } = await connected(`${server.url},${server.url}`, role);
    expect(await redis.set("{aq.default}:key", "value")).toBe("OK");
    expect(await checkRedis(redis)).toMatchObject({ refusals: [], flavour: expect.any(String) });
  });
});

describe("at start-up", () => {
  test("a Redis that is away is told once, and is a mistake after the limit", async () => {
    const port = await freePort();
    const { redis, target } = connect(`redis://u:canary@127.0.0.1:${port}`);
    const lines: string[] = [];
    const failure = await waitForRedis(redis, {
      target,
      limitMs: 500,
      writeLine: (line) => void lines.push(line),
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect((failure as ConfigurationError).mistakes).toEqual([
      {
        name: "REDIS_URL",
        problem: `127.0.0.1:${port} did not answer within 0.5 s (ECONNREFUSED)`,
      },
    ]);
    expect(lines).toEqual([
      `redis at 127.0.0.1:${port} does not answer (ECONNREFUSED): trying again for 0.5 s`,
    ]);
  });

  test("a Redis that comes up within the limit is good", async () => {
    const port = await freePort();
    const { redis, target, lines } = connect(`redis://127.0.0.1:${port}`);
    const waiting = new Promise<string>((resolve, reject) => {
      waitForRedis(redis, { target, limitMs: 20_000, writeLine: resolve }).catch(reject);
    });
    await waiting;
    await startServer({ port });
    await waitForRedis(redis, { target, limitMs: 20_000 });
    expect(await redis.ping()).toBe("PONG");
    expect(lines()).toEqual([]);
  });

  test("a wrong password is a mistake that does not repeat it", async () => {
    const server = await startServer({ extraArgs: ["--requirepass", "right"] });
    const { redis, target } = connect(`redis://:canary@127.0.0.1:${server.port}`);
    const printed: string[] = [];
    const codes: number[] = [];
    const exit = (code: number): never => {
      codes.push(code);
      throw new Error("exited");
    };
    await expect(
      waitForRedisOrExit(redis, {
        target,
        limitMs: 500,
        exit,
        writeLine: (line) => void printed.push(line),
      }),
    ).rejects.toThrow("exited");
    expect(codes).toEqual([78]);
    expect(printed.join("\n")).toContain("WRONGPASS");
    expect(printed.join("\n")).not.toContain("canary");
  });
});

describe("the boot checks", () => {
  test("find nothing on a server that forces every write to disk", async () => {
    const result = await check({ appendfsync: "always" });
    expect(result).toMatchObject({ refusals: [], warnings: [] });
    expect(result.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("warn of everysec and of no append-only file", async () => {
    const everySecond = await check({ appendfsync: "everysec" });
    expect(everySecond.warnings).toEqual([expect.stringContaining("the last second")]);
    const none = await check({ appendonly: false });
    expect(none.warnings).toEqual([expect.stringContaining("append-only file is off")]);
    expect([...everySecond.refusals, ...none.refusals]).toEqual([]);
  });

  test("warn of an always that waits for rewrites", async () => {
    const extraArgs = ["--no-appendfsync-on-rewrite", "yes"];
    const { warnings } = await check({ appendfsync: "always", extraArgs });
    expect(warnings).toEqual([expect.stringContaining("waits for rewrites")]);
  });

  test("refuse a server that may evict, even one without a limit of memory", async () => {
    const { refusals } = await check({ extraArgs: ["--maxmemory-policy", "allkeys-lru"] });
    expect(refusals).toEqual([expect.stringContaining("maxmemory-policy is allkeys-lru")]);
  });

  test("do without CONFIG and say what they could not see", async () => {
    const forbidden = ["--rename-command", "CONFIG", ""];
    const result = await check({ extraArgs: forbidden });
    expect(result.refusals).toEqual([]);
    expect(result.warnings).toEqual([expect.stringContaining("appendfsync could not be checked")]);
    const evicting = await check({
      extraArgs: [...forbidden, "--maxmemory-policy", "allkeys-lru"],
    });
    expect(evicting.refusals).toHaveLength(1);
  });

  test("end the start with a mistake, and are logged where they only warn", async () => {
    const evicting = await startServer({ extraArgs: ["--maxmemory-policy", "volatile-ttl"] });
    const refused = connect(evicting.url);
    await expect(requireRedis(refused.redis, refused)).rejects.toBeInstanceOf(ConfigurationError);
    await next(refused.redis, "end");

    const fine = connect((await startServer()).url);
    await requireRedis(fine.redis, fine);
    expect(fine.lines()).toMatchObject([
      { level: "info", msg: "redis is ready" },
      { level: "warn", msg: "redis may lose data" },
    ]);
  });
});

describe("an outage", () => {
  test("fails a producer's calls at once, holds a worker's, and is two lines each", async () => {
    const server = await startServer({ appendfsync: "always" });
    const producer = await connected(server.url, "producer");
    const worker = await connected(server.url, "worker");
    await worker.redis.set("key", "before");

    const lost = [next(producer.redis, "reconnecting"), next(worker.redis, "reconnecting")];
    await server.kill("SIGKILL");
    await Promise.all(lost);
    expect([producer.watch.isReachable(), worker.watch.isReachable()]).toEqual([false, false]);

    const failure = await producer.redis.get("key").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(redisErrorSummary(failure)).toContain("enableOfflineQueue");
    let isHeld = true;
    const held = worker.redis.get("key").finally(() => (isHeld = false));
    await next(worker.redis, "error");
    expect(isHeld).toBe(true);

    const back = [next(producer.redis, "ready"), next(worker.redis, "ready")];
    // The folder of the killed server is gone with it; an empty one in its place will do.
    await startServer({ port: server.port });
    await Promise.all(back);
    expect(await held).toBeNull();
    expect(await producer.redis.ping()).toBe("PONG");
    for (const { watch, lines } of [producer, worker]) {
      expect(watch.isReachable()).toBe(true);
      expect(lines().map(({ msg }) => msg)).toEqual([
        "redis connection is lost",
        "redis connection is back",
      ]);
    }
  });
});

describe("closing", () => {
  test("ends a connection after the answers to what was sent, in silence", async () => {
    const { redis, watch, lines } = await connected((await startServer()).url);
    const ended = next(redis, "end");
    const answer = redis.set("key", "value");
    await closeRedis(redis);
    await ended;
    expect(await answer).toBe("OK");
    expect(watch.isReachable()).toBe(true);
    expect(lines()).toEqual([]);
  });

  test("does not wait for a Redis that hangs", async () => {
    const server = await startServer();
    const { redis } = await connected(server.url);
    await server.kill("SIGSTOP");
    const ended = next(redis, "end");
    await closeRedis(redis, 20);
    await ended;
    await server.kill("SIGCONT");
  });
});

test("the arguments of a refused command are in its error and not in its summary", async () => {
  const { redis } = await connected((await startServer()).url);
  for (const call of [
    () => redis.call("NOSUCHCOMMAND", "a canary's prompt"),
    () => redis.eval("return redis.error_reply('ERR no')", 0, "a canary's prompt"),
    () => redis.hset("key", "field"),
  ]) {
    const error: unknown = await call().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(redisErrorSummary(error)).toMatch(/^ERR /);
    expect(redisErrorSummary(error)).not.toContain("canary");
  }
});
