import {
  connectRedis,
  diskWaitFor,
  type DiskWait,
  NotDurableError,
  parseRedisUrl,
} from "@apidot-queue/redis";
import { createProducer, StorageUnknownError } from "@apidot-queue/producer";
import { type PrivateRedis, startPrivateRedis } from "@apidot-queue/runtime";
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
    const target = parseRedisUrl(redis.url);
    if (!target.ok) throw new Error(target.problem);
    const client = connectRedis(target.value, "worker");
    client.on("error", () => undefined);
    cleanUps.push(() => client.disconnect());
    await once(client, "ready");
    const disk = await diskWaitFor(client, "strict");
    if (disk === null) throw new Error("the server cannot be waited for");
    cleanUps.push(() => disk.close());
    return { client, disk };
  }

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
