import { spawn } from "node:child_process";
import { access, mkdtemp, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";

import { freePort } from "./free-port.ts";
import { probeRedis } from "./redis-probe.ts";
import { startPrivateRedis } from "./start-private-redis.ts";
import type { PrivateRedis, PrivateRedisOptions } from "./start-private-redis.ts";

/** Child processes cannot run TypeScript: they use what `tsc -b` made of the same source. */
const BUILT = fileURLToPath(new URL("../../dist/private-redis/index.js", import.meta.url));

async function start(options?: PrivateRedisOptions): Promise<PrivateRedis> {
  const redis = await startPrivateRedis(options);
  onTestFinished(() => redis.stop());
  return redis;
}

async function folder(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "private-redis-test-")));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

function client(redis: PrivateRedis): Redis {
  return connect(new Redis(redis.url, { maxRetriesPerRequest: 1 }));
}

/** Its commands say what went wrong; without a listener each loss would go to the console. */
function connect(connection: Redis): Redis {
  connection.on("error", () => undefined);
  onTestFinished(() => connection.disconnect());
  return connection;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for what a process that nobody can ask any more leaves behind, or does not. */
async function expectGone({ port, pid, dir }: { port: number; pid: number; dir: string }) {
  await vi.waitFor(
    async () => {
      expect(await probeRedis(port, 1_000)).toBe("refused");
      expect(isAlive(pid)).toBe(false);
      expect(await exists(dir)).toBe(false);
    },
    { timeout: 15_000, interval: 20 },
  );
}

test("it serves on loopback with an append-only file, and its end removes its folder", async () => {
  const redis = await start();
  const connection = client(redis);

  expect(await connection.config("GET", "bind")).toEqual(["bind", "127.0.0.1"]);
  expect(await connection.config("GET", "appendfsync")).toEqual(["appendfsync", "everysec"]);
  expect(await connection.info("persistence")).toContain("aof_enabled:1");
  expect(await connection.info("server")).toContain(`process_id:${redis.pid}\r\n`);
  connection.disconnect();

  await Promise.all([redis.stop(), redis.stop()]);
  await expectGone(redis);
});

test("a server that was killed comes back with its data on the same port and folder", async () => {
  const dir = await folder();
  const first = await start({ dir, appendfsync: "always" });
  await client(first).set("kept", "yes");
  await first.kill("SIGKILL");
  expect(await probeRedis(first.port, 1_000)).toBe("refused");

  const second = await start({ dir, port: first.port });
  await first.stop();

  expect(second.port).toBe(first.port);
  expect(await client(second).get("kept")).toBe("yes");
  await expect(startPrivateRedis({ dir })).rejects.toMatchObject({ code: "redis_folder_in_use" });
});

test("a second server on a folder in use is refused, also when both start at once", async () => {
  const dir = await folder();
  const outcomes = await Promise.allSettled([start({ dir }), start({ dir }), start({ dir })]);

  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(outcomes.length - refused.length).toBe(1);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "redis_folder_in_use" });
});

test("a folder given by the caller outlives the server and can be used again", async () => {
  const dir = await folder();
  const first = await start({ dir });
  await client(first).set("kept", "yes");
  await first.stop();

  const second = await start({ dir });
  expect(await client(second).get("kept")).toBe("yes");
});

test.for(["", "{", '{"id":"a","starterPid":1'])(
  "a lock file that says %j, from long ago, is no owner",
  async (content) => {
    const dir = await folder();
    const path = join(dir, "private-redis.lock");
    await writeFile(path, content);
    await expect(start({ dir })).rejects.toMatchObject({ code: "redis_folder_in_use" });

    await utimes(path, new Date(0), new Date(0));
    expect(await start({ dir })).toMatchObject({ dir });
  },
);

test("a port that is given and taken is named, with what the server said", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;

  await expect(startPrivateRedis({ port })).rejects.toMatchObject({
    code: "redis_start_failed",
    message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*in use`, "is")),
  });
});

test("a setting that the server refuses is shown in its own words", async () => {
  await expect(startPrivateRedis({ extraArgs: ["--no-such-setting", "1"] })).rejects.toThrow(
    /no-such-setting/,
  );
});

test("further arguments win, and a password does not hide that the server is up", async () => {
  const redis = await start({ extraArgs: ["--requirepass", "secret", "--appendfsync", "no"] });
  const connection = connect(new Redis(redis.port, "127.0.0.1", { password: "secret" }));

  expect(await connection.config("GET", "appendfsync")).toEqual(["appendfsync", "no"]);
});

test("a server that is stopped, and so deaf to SIGTERM, still ends", async () => {
  const redis = await start();
  await redis.kill("SIGSTOP");
  await redis.stop();
  await expectGone(redis);
});

test.for(["SIGKILL", "SIGTERM"] as const)(
  "a process that dies of %s leaves no server, keeper or folder behind",
  async (signal) => {
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", OWNER, BUILT], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void owner.kill("SIGKILL"));
    const [line] = await owner.stdout.setEncoding("utf8").take(1).toArray();
    const redis = JSON.parse(line) as { port: number; pid: number; dir: string };
    expect(await probeRedis(redis.port, 1_000)).toMatchObject({ isReady: true });

    owner.kill(signal);
    await expectGone(redis);
  },
);

test("a process that is done ends although its server still runs, and takes it along", async () => {
  const script = OWNER.replace("setInterval(() => {}, 1_000);", "");
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", script, BUILT], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void owner.kill("SIGKILL"));
  const exited = new Promise((resolve) => owner.once("exit", resolve));
  const [line] = await owner.stdout.setEncoding("utf8").take(1).toArray();

  expect(await exited).toBe(0);
  await expectGone(JSON.parse(line) as { port: number; pid: number; dir: string });
});

const OWNER = `
const { startPrivateRedis } = await import(process.argv[1]);
const { port, pid, dir } = await startPrivateRedis();
console.log(JSON.stringify({ port, pid, dir }));
setInterval(() => {}, 1_000);
`;

test("free ports lie below the range of outgoing connections", async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_000);
  }
});
