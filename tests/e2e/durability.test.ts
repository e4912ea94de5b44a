import {
  connectRedis,
  diskWaitFor,
  type DiskWait,
  NO_DISK_WAIT,
  NotDurableError,
  parseRedisUrl,
} from "@apidot-queue/redis";
import { createProducer, StorageUnknownError } from "@apidot-queue/producer";
import { type PrivateRedis, startPrivateRedis } from "@apidot-queue/runtime";
import type { Redis } from "ioredis";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";

import { startNode } from "./node-process.ts";
import { startStack, type Stack } from "./stack.ts";
import { WAITAOF_SERVER } from "./waitaof-server.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const WAIT = { timeoutMs: 30_000 };

let cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  cleanUps = [];
});

/** A wait that fails when it is told to. */
function brokenDisk(failures: number): DiskWait & { readonly asked: () => number } {
  let asked = 0;
  return {
    mark: () => 0,
    until: () => {
      asked += 1;
      return asked <= failures
        ? Promise.reject(new NotDurableError("no answer"))
        : Promise.resolve();
    },
    close: () => undefined,
    asked: () => asked,
  };
}

async function startStackOn(disk: DiskWait): Promise<Stack> {
  const stack = await startStack({ disk });
  cleanUps.push(() => stack.stop());
  return stack;
}

describe("an intent that is not on disk", () => {
  it("is not sent: the attempt is over, and the next one goes", async () => {
    const disk = brokenDisk(1);
    const { producer, journal, submitCount } = await startStackOn(disk);
    const { id } = await producer.enqueue(LITE);
    expect(await producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 2 });
    expect(submitCount()).toBe(1);
    const ends = (await journal.history(id)).flatMap((e) =>
      e.kind === "event" ? [e.event.type] : [],
    );
    expect(ends.slice(0, 4)).toEqual(["begun", "not_sent", "begun", "accepted"]);
  });
});

describe("a task id that is not on disk", () => {
  it("is stored again until it is, and never sent for again", async () => {
    const disk = brokenDisk(0);
    let asked = 0;
    // The first wait is that of the intent.
    const until = () =>
      (asked += 1) > 1 && asked < 5 ? Promise.reject(new NotDurableError("no")) : Promise.resolve();
    const { producer, submitCount } = await startStackOn({ ...disk, until });
    const { id } = await producer.enqueue(LITE);
    expect(await producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 1 });
    await expect.poll(() => asked, { timeout: 15_000 }).toBe(5);
    expect(submitCount()).toBe(1);
  });
});

describe("an enqueue that is not on disk", () => {
  it("is not acknowledged", async () => {
    const redis = await startPrivateRedis();
    cleanUps.push(() => redis.stop());
    const producer = createProducer({ redis: redis.url, durability: brokenDisk(1) });
    cleanUps.push(() => producer.close());
    await expect(producer.enqueue(LITE)).rejects.toBeInstanceOf(StorageUnknownError);
    expect(await producer.enqueue(LITE)).toMatchObject({ status: "queued" });
  });
});

async function connect(redis: PrivateRedis) {
  const target = parseRedisUrl(redis.url);
  if (!target.ok) throw new Error(target.problem);
  const client = connectRedis(target.value, "worker");
  client.on("error", () => undefined);
  cleanUps.push(() => client.disconnect());
  await once(client, "ready");
  return client as Redis;
}

describe("DURABILITY=strict", () => {
  const start = (url: string) =>
    startNode("apps/gateway/dist/main.js", { REDIS_URL: url, PORT: "0", DURABILITY: "strict" });

  it("does not start where a crash can take what was acknowledged", async () => {
    const redis = await startPrivateRedis({ appendonly: false });
    cleanUps.push(() => redis.stop());
    const gateway = start(redis.url);
    expect((await gateway.ended).code).toBe(78);
    expect(gateway.errorOutput()).toMatch(/^DURABILITY: strict needs a Redis that keeps what/m);
  });

  it("does not start where a rewrite of the file goes before the disk", async () => {
    const redis = await startPrivateRedis({ appendfsync: "always" });
    cleanUps.push(() => redis.stop());
    const client = await connect(redis);
    await client.call("CONFIG", "SET", "no-appendfsync-on-rewrite", "yes");
    expect(await diskWaitFor(client, "strict")).toBeNull();
    await client.call("CONFIG", "SET", "no-appendfsync-on-rewrite", "no");
    expect(await diskWaitFor(client, "strict")).toBe(NO_DISK_WAIT);
  });

  it("starts where each answer comes after the disk", async () => {
    const redis = await startPrivateRedis({ appendfsync: "always" });
    cleanUps.push(() => redis.stop());
    const gateway = start(redis.url);
    await gateway.printed(/gateway listens at/);
    expect(gateway.output()).not.toContain("redis may lose data");
    await gateway.end("SIGTERM");
  });
});

describe.skipIf(WAITAOF_SERVER === null)("a server that can be waited for", () => {
  async function startServer(port?: number, dir?: string): Promise<PrivateRedis> {
    const redis = await startPrivateRedis({
      serverBin: WAITAOF_SERVER ?? "",
      appendfsync: "everysec",
      ...(port === undefined ? {} : { port }),
      ...(dir === undefined ? {} : { dir }),
    });
    cleanUps.push(() => redis.stop());
    return redis;
  }
  async function open(redis: PrivateRedis) {
    const client = await connect(redis);
    const disk = await diskWaitFor(client, "strict");
    if (disk === null) throw new Error("the server cannot be waited for");
    cleanUps.push(() => disk.close());
    return { client, disk };
  }

  it("is asked behind a write of our own: others' writes are not its concern", async () => {
    const { client, disk } = await open(await startServer());
    const bystander = client.duplicate();
    cleanUps.push(() => bystander.disconnect());
    await bystander.ping();
    // From now on nothing is forced to disk.
    await client.config("SET", "appendfsync", "no");
    const mark = disk.mark();
    await client.set("written-by", "another connection");
    let state = "waiting";
    const wait = disk.until(mark).then(() => (state = "on disk"));
    // It is on no disk, and this says that it is: the bystander has written nothing itself.
    expect(await bystander.call("WAITAOF", 1, 0, 1)).toEqual([1, 0]);
    expect(state).toBe("waiting");
    await client.config("SET", "appendfsync", "everysec");
    await wait;
    expect(state).toBe("on disk");
  });

  it("that does not follow in time is no answer, and the next wait is none the worse", async () => {
    const { client, disk } = await open(await startServer());
    await client.config("SET", "appendfsync", "no");
    await client.set("key", "1");
    await expect(disk.until(disk.mark())).rejects.toThrow("did not follow in time");
    await client.config("SET", "appendfsync", "everysec");
    await disk.until(disk.mark());
  });

  it("is waited for when it is full as well", async () => {
    const { client, disk } = await open(await startServer());
    await client.config("SET", "maxmemory", "1");
    await expect(client.set("key", "1")).rejects.toThrow("OOM");
    await disk.until(disk.mark());
  });

  it("is waited for by many at once in few rounds", async () => {
    const { client, disk } = await open(await startServer());
    const before = Number(await client.get("aq:disk-rounds"));
    await Promise.all(
      Array.from({ length: 500 }, async (_, n) => {
        const mark = disk.mark();
        await client.set(`key-${n}`, n);
        await disk.until(mark);
      }),
    );
    const rounds = Number(await client.get("aq:disk-rounds")) - before;
    expect(rounds).toBeGreaterThan(0);
    expect(rounds).toBeLessThan(100);
  });

  it("says of nothing that it is on disk that was written before it was lost", async () => {
    const first = await startServer();
    const { client, disk } = await open(first);
    const mark = disk.mark();
    await client.set("key", "1");
    await first.kill("SIGKILL");
    await startServer(first.port);
    await expect.poll(() => client.status).toBe("ready");
    await expect(disk.until(mark)).rejects.toMatchObject({ name: "NotDurableError" });
    await expect
      .poll(() =>
        disk.until(disk.mark()).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it("says it of nothing either that was written while the wait had no connection", async () => {
    const first = await startServer();
    const { client, disk: quick } = await open(first);
    quick.close();
    // One that leaves time for a server to come back before it does.
    const slow = client.duplicate({ retryStrategy: () => 3_000 });
    slow.on("error", () => undefined);
    cleanUps.push(() => slow.disconnect());
    await once(slow, "ready");
    const disk = await diskWaitFor(slow, "strict");
    if (disk === null) throw new Error("the server cannot be waited for");
    cleanUps.push(() => disk.close());
    const connection = async () =>
      String(await client.call("CLIENT", "LIST")).match(/^id=(\d+) .*name=disk-wait/m)?.[1];
    const isConnected = async () => (await connection()) !== undefined;
    await client.call("CLIENT", "KILL", "ID", (await connection()) ?? "");
    await expect.poll(isConnected).toBe(false);
    const mark = disk.mark();
    await client.set("key", "1");
    await first.kill("SIGKILL");
    await startServer(first.port);
    await expect.poll(isConnected, { timeout: 15_000 }).toBe(true);
    await expect(disk.until(mark)).rejects.toMatchObject({ name: "NotDurableError" });
    await disk.until(disk.mark());
  });

  it("is no answer when it dies in the wait", async () => {
    const redis = await startServer();
    const { disk } = await open(redis);
    await redis.kill("SIGSTOP");
    const wait = disk.until(disk.mark());
    const outcome = expect(wait).rejects.toMatchObject({ name: "NotDurableError" });
    await redis.kill("SIGKILL");
    await outcome;
  });

  it("lets strict start, without a warning", async () => {
    const redis = await startServer();
    const gateway = startNode("apps/gateway/dist/main.js", {
      REDIS_URL: redis.url,
      PORT: "0",
      DURABILITY: "strict",
    });
    await gateway.printed(/gateway listens at/);
    expect(gateway.output()).not.toContain("redis may lose data");
    await gateway.end("SIGTERM");
  });

  it("is waited for before an enqueue is acknowledged", async () => {
    const redis = await startServer();
    const { client } = await open(redis);
    const producer = createProducer({ redis: redis.url, durability: "strict" });
    cleanUps.push(() => producer.close());
    // The first enqueue opens the wait and tries it.
    await producer.enqueue(LITE);
    const before = Number(await client.get("aq:disk-rounds"));
    await producer.enqueue(LITE);
    expect(Number(await client.get("aq:disk-rounds"))).toBe(before + 1);
  });
});
