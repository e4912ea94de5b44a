import { connectRedis, parseRedisUrl } from "@apidot-queue/redis";
import { ownErrors, startTcpProxy, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

import { createProducer } from "./create-producer.ts";
import { StorageUnknownError } from "./producer-error.ts";

const REQUEST = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;

/** A producer behind a link of its own. */
async function setup() {
  const proxy = await startTcpProxy(Number(new URL(testRedisUrl()).port));
  onTestFinished(() => proxy.close());
  const url = `redis://127.0.0.1:${proxy.port}`;
  return { proxy, url, lane: uniqueLane(), tenant: uniqueLane() };
}

/** A connection as a gateway has it. */
async function connectAsCaller(url: string): Promise<Redis> {
  const target = parseRedisUrl(url);
  if (!target.ok) throw new Error(target.problem);
  const redis = ownErrors(connectRedis(target.value, "producer") as Redis);
  onTestFinished(() => redis.disconnect());
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  return redis;
}

it("no id is told where the question whose the key is got no answer: it may be another's", async () => {
  const { proxy, url, lane, tenant } = await setup();
  const producer = createProducer({ redis: url, lane, tenant });
  onTestFinished(() => producer.close());
  const options = { idempotencyKey: "order-1" };
  const stored = await producer.enqueue(REQUEST, options);

  proxy.loseAnswers();
  const again = producer.enqueue(REQUEST, options).catch((error: unknown) => error);
  // The question is out before the connection goes.
  await new Promise((resolve) => setImmediate(resolve));
  proxy.cut();

  const error = await again;
  expect(error).toBeInstanceOf(StorageUnknownError);
  expect(error).toMatchObject({ generationIds: [] });
  await expect
    .poll(async () => (await producer.enqueue(REQUEST, options).catch(() => null))?.id)
    .toBe(stored.id);
});

it("the first question of a connection may be lost with it: the next call asks again", async () => {
  const { proxy, url, lane, tenant } = await setup();
  const redis = await connectAsCaller(url);
  const producer = createProducer({ redis, lane, tenant });
  onTestFinished(() => producer.close());

  proxy.loseAnswers();
  const options = { idempotencyKey: "order-1" };
  const lost = producer.enqueue(REQUEST, options).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  proxy.cut();
  expect(await lost).toBeInstanceOf(Error);

  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  expect((await producer.enqueue(REQUEST, options)).status).toBe("queued");
});

it("a wait outlives a cut, and the producer closes after it", async () => {
  const { proxy, url, lane, tenant } = await setup();
  const redis = await connectAsCaller(url);
  const producer = createProducer({ redis, lane, tenant });
  const { id } = await producer.enqueue(REQUEST);
  const waiting = producer.wait(id, { timeoutMs: 20_000 });
  // The read that waits for events is out.
  await expect.poll(() => redis.info("clients")).toMatch(/blocked_clients:[1-9]/);

  proxy.cut();
  await expect.poll(() => producer.cancel(id).catch(() => null)).not.toBeNull();
  expect((await waiting).status).toBe("canceled");
  await producer.close();
});
