import type { AddressInfo } from "node:net";

import { serve } from "@hono/node-server";
import { Queue } from "bullmq";
import { Hono } from "hono";
import { Redis } from "ioredis";

import type { OpenServer } from "../measure/gateway-load.ts";

/**
 * What one writes in an afternoon: a handler that adds a job. It checks nothing, logs nothing, waits
 * for no disk, and knows no key; whoever repeats a request pays twice.
 */
export const openBareHandler: OpenServer = async ({ redisUrl }) => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: false });
  redis.on("error", () => undefined);
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const queue = new Queue("submit", { connection: redis, prefix: "reference" });
  queue.on("error", () => undefined);
  await queue.waitUntilReady();
  const app = new Hono();
  app.post("/v1/generations", async (c) => {
    const { id } = await queue.add("submit", await c.req.json<object>());
    return c.json({ id }, 202);
  });
  app.onError((_, c) => c.json({ error: "unavailable" }, 503));
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise<void>((resolve) => server.once("listening", () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      redis.disconnect();
    },
  };
};
