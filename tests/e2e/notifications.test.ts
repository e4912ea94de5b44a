import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { loadNotifySecrets, tenantSecrets } from "@apidot-queue/notify";
import { startNotifyWorker } from "@apidot-queue/notify-worker";
import { createProducer } from "@apidot-queue/producer";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { Redis } from "ioredis";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, onTestFinished } from "vitest";

import { startNode } from "./node-process.ts";
import { type Stack, startStack } from "./stack.ts";

const LOCAL = ["127.0.0.0/8"];
/** Quick enough for a test, and many enough for a receiver that fails often. */
const DELAYS_MS = Array.from({ length: 40 }, () => 50);
const TIMING = { idleMs: 20, timeoutMs: 400, leaseMs: 2_000, delaysMs: DELAYS_MS };

interface Received {
  readonly id: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** A receiver whose answers a test decides. */
async function startReceiver(
  answer: (count: number, response: ServerResponse, request: IncomingMessage) => void,
) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const headers = request.headers as Record<string, string>;
      received.push({ id: headers["webhook-id"] ?? "", body, headers });
      answer(received.length, response, request);
    });
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  };
  onTestFinished(async () => {
    if (server.listening) await stop();
  });
  return { url: `http://127.0.0.1:${port}/hook`, received, stop, restart: () => listen(port) };
}

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;

async function startWithWorker(): Promise<{ stack: Stack; secret: string }> {
  const stack = await startStack();
  onTestFinished(() => stack.stop());
  const secrets = await loadNotifySecrets(stack.context.redis, null);
  const worker = startNotifyWorker({
    context: stack.context,
    journal: stack.journal,
    secrets,
    allowNetworks: LOCAL,
    timing: TIMING,
  });
  onTestFinished(() => worker.stop());
  return { stack, secret: tenantSecrets(secrets, "default")[0] ?? "" };
}

describe("1,000 notifications", () => {
  it("to a receiver that fails, hangs, redirects and dies arrive each, under one id, signed", async () => {
    const { stack, secret } = await startWithWorker();
    const failures: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(500).end(),
      // It hangs.
      () => undefined,
      (response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      (response) => response.destroy(),
      (response) => response.writeHead(429, { "retry-after": "0" }).end(),
    ];
    const taken = new Set<string>();
    const receiver = await startReceiver((count, response, request) => {
      const failure = count % 3 === 0 ? failures[Math.floor(count / 3) % failures.length] : null;
      if (failure !== null && failure !== undefined) return failure(response);
      taken.add(request.headers["webhook-id"] as string);
      response.writeHead(204).end();
    });
    // It dies as well, and comes back at the same address.
    const items = Array.from({ length: 1_000 }, () => ({
      request: LITE,
      options: { notifyUrl: receiver.url },
    }));
    const records = await stack.producer.enqueueMany(items);
    await Promise.all(records.map(({ id }) => stack.producer.cancel(id).catch(() => null)));
    await expect.poll(() => taken.size, { timeout: 60_000 }).toBeGreaterThan(100);
    await receiver.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await receiver.restart();
    await expect.poll(() => taken.size, { timeout: 100_000, interval: 200 }).toBe(1_000);

    const webhook = new Webhook(secret);
    const byGeneration = new Map<string, Set<string>>();
    for (const { id, body, headers } of receiver.received) {
      const message = webhook.verify(body, headers) as { type: string; data: { id: string } };
      expect(message.type).toMatch(/^generation\.(canceled|succeeded)$/);
      const { id: generation } = message.data;
      byGeneration.set(generation, (byGeneration.get(generation) ?? new Set()).add(id));
    }
    expect([...byGeneration.keys()].toSorted()).toEqual(records.map(({ id }) => id).toSorted());
    for (const ids of byGeneration.values()) expect(ids.size).toBe(1);
    expect(receiver.received.length).toBeGreaterThan(1_300);
  });
});

describe("a notification", () => {
  it("follows the whole life: a success tells its files, and a client of the drop-in is told in the upstream's words", async () => {
    const { stack, secret } = await startWithWorker();
    const receiver = await startReceiver((_count, response) => response.writeHead(200).end());
    const ours = await stack.producer.enqueue(LITE, { notifyUrl: receiver.url });
    const theirs = await stack.producer.enqueue(LITE, {
      notifyUrl: receiver.url,
      notifyShape: "upstream",
    });
    await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(2);
    const bodies = receiver.received.map(({ body, headers }) =>
      new Webhook(secret).verify(body, headers),
    ) as Record<string, unknown>[];
    const standard = bodies.find((body) => "type" in body);
    expect(standard).toMatchObject({
      type: "generation.succeeded",
      data: { id: ours.id, status: "succeeded", files: [{ type: "video" }] },
    });
    const upstream = bodies.find((body) => "code" in body);
    expect(upstream).toMatchObject({
      code: 200,
      data: {
        task_id: theirs.id,
        status: "finished",
        output: { files: [{ file_type: "video" }] },
        files: [{ file_type: "video" }],
      },
    });
    const [logged] = await stack.producer.notifications(ours.id);
    expect(logged).toMatchObject({ kind: "succeeded", state: "delivered", attempts: 1 });
    expect(await stack.producer.replayNotification(ours.id, logged?.version ?? 0)).toBe(true);
    await expect.poll(() => receiver.received.length).toBe(3);
    const ids = receiver.received.filter(({ body }) => body.includes(ours.id)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
  });

  it("is not held up by a thousand to a receiver that hangs", async () => {
    const { stack } = await startWithWorker();
    const hanging = await startReceiver(() => undefined);
    const healthy = await startReceiver((_count, response) => response.writeHead(204).end());
    const items = Array.from({ length: 1_000 }, () => ({
      request: LITE,
      options: { notifyUrl: hanging.url },
    }));
    const records = await stack.producer.enqueueMany(items);
    await Promise.all(records.map(({ id }) => stack.producer.cancel(id).catch(() => null)));
    await expect.poll(() => hanging.received.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const { id } = await stack.producer.enqueue(LITE, { notifyUrl: healthy.url });
    await stack.producer.cancel(id);
    await expect.poll(() => healthy.received.length, { timeout: 30_000 }).toBe(1);
    // Far fewer than were before it in the order of their times.
    expect(hanging.received.length).toBeLessThan(200);
  });

  it("that nobody wants any more is not sent again, and one that nobody takes is given up", async () => {
    const { stack } = await startWithWorker();
    const gone = await startReceiver((_count, response) => response.writeHead(410).end());
    const { id } = await stack.producer.enqueue(LITE, { notifyUrl: gone.url });
    const stateOf = async (which: string): Promise<unknown> =>
      (await stack.producer.notifications(which)).map(({ state, attempts }) => [state, attempts]);
    await expect.poll(() => stateOf(id), { timeout: 60_000 }).toEqual([["gone", 1]]);
    const refusing = await startReceiver((_count, response) => response.writeHead(400).end());
    const other = await stack.producer.enqueue(LITE, { notifyUrl: refusing.url });
    await expect.poll(() => stateOf(other.id), { timeout: 60_000 }).toEqual([["given_up", 41]]);
    expect([gone.received.length, refusing.received.length]).toEqual([1, 41]);
  });
});

it("none is lost over a kill of the worker, and each keeps its id", async () => {
  const server = await startPrivateRedis();
  onTestFinished(() => server.stop());
  const producer = createProducer({ redis: server.url });
  onTestFinished(() => producer.close());
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());
  const taken = new Map<string, Set<string>>();
  const receiver = await startReceiver((_count, response, request) => {
    // Slow enough that a kill finds deliveries under way.
    setTimeout(() => response.writeHead(204).end(), 20);
    const id = request.headers["webhook-id"] as string;
    const generation = id.replace(/_\d+$/, "");
    taken.set(generation, (taken.get(generation) ?? new Set()).add(id));
  });
  const items = Array.from({ length: 200 }, () => ({
    request: LITE,
    options: { notifyUrl: receiver.url },
  }));
  const records = await producer.enqueueMany(items);
  await Promise.all(records.map(({ id }) => producer.cancel(id)));
  const environment = {
    REDIS_URL: server.url,
    NOTIFY_ALLOW_NETWORKS: LOCAL.join(","),
    METRICS_PORT: "0",
  };
  const first = startNode("apps/notify-worker/dist/main.js", environment);
  await expect.poll(() => taken.size, { timeout: 60_000, interval: 5 }).toBeGreaterThan(20);
  await first.end("SIGKILL");
  // What it had in hand belongs to it for a minute: the test does not wait for that.
  const index = "{aq.default}:x:notify";
  const left = await redis.zrange(index, "0", "-1");
  expect(left.length).toBeGreaterThan(0);
  for (const member of left) await redis.zadd(index, 0, member);
  const second = startNode("apps/notify-worker/dist/main.js", environment);
  await expect.poll(() => redis.zcard(index), { timeout: 60_000 }).toBe(0);
  expect(taken.size).toBe(200);
  for (const ids of taken.values()) expect(ids.size).toBe(1);
  expect(await second.end("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(second.output()).not.toContain(receiver.url);
});
