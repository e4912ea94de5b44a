import { expect, onTestFinished, test } from "vitest";

import { connectTestRedis, testRedisUrl, uniqueLane, uniquePrefix } from "./redis.ts";

test("every worker has a private Redis that keeps an append-only file and evicts nothing", async () => {
  const redis = connectTestRedis();
  onTestFinished(() => redis.disconnect());

  expect(new URL(testRedisUrl()).hostname).toBe("127.0.0.1");
  expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
  expect(await redis.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
});

test("a client for tests takes other options over its own", () => {
  const redis = connectTestRedis({ lazyConnect: true, maxRetriesPerRequest: null });
  onTestFinished(() => redis.disconnect());

  expect(redis.options.maxRetriesPerRequest).toBeNull();
  expect(redis.options.port).toBe(Number(new URL(testRedisUrl()).port));
});

test("lanes and prefixes are valid lane names and never repeat", () => {
  const names = Array.from({ length: 200 }, () => [uniqueLane(), uniquePrefix()]).flat();

  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]{1,24}$/);
});
