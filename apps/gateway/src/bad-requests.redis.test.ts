import {
  connectRedis,
  createHealth,
  createLogger,
  createRedisWatch,
  parseRedisUrl,
  Registry,
} from "@apidot-queue/runtime";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";

import { BAD_REQUESTS } from "../test/bad-requests.ts";
import { type Gateway, startGateway } from "./gateway.ts";

let redis: Redis;
let gateway: Gateway;
let disconnect: () => void;

beforeAll(async () => {
  redis = connectTestRedis();
  const target = parseRedisUrl(testRedisUrl());
  if (!target.ok) throw new Error(target.problem);
  const logger = createLogger({ app: "test", level: "silent" });
  const watch = createRedisWatch({ logger });
  const connection = connectRedis(target.value, "producer", { watch });
  disconnect = () => connection.disconnect();
  await new Promise<void>((resolve) => connection.once("ready", () => resolve()));
  gateway = await startGateway({
    redis: connection,
    logger,
    registry: new Registry(),
    health: createHealth(),
    host: "127.0.0.1",
    port: 0,
    allowUnknownModels: false,
    defaultLane: uniqueLane(),
  });
});
afterAll(async () => {
  await gateway.stop();
  disconnect();
  redis.disconnect();
});

it("the table has at least a hundred bad requests, each once", () => {
  expect(new Set(BAD_REQUESTS.map(([, body]) => JSON.stringify(body))).size).toBe(
    BAD_REQUESTS.length,
  );
  expect(BAD_REQUESTS.length).toBeGreaterThanOrEqual(100);
});

it.each(BAD_REQUESTS)("names every wrong field and stores nothing: %s", async (_, body, wrong) => {
  const keyCount = await redis.dbsize();
  const response = await fetch(`${gateway.url}/v1/generations`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": uniqueLane() },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(400);
  const problem = (await response.json()) as {
    code: string;
    errors: { pointer: string; code: string; message: string }[];
  };
  expect(problem.code).toBe("invalid_request");
  expect(problem.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted()).toEqual(wrong);
  for (const { message } of problem.errors) expect(message).not.toBe("");
  expect(await redis.dbsize()).toBe(keyCount);
});
