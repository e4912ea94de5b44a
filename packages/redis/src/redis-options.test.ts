import { expect, test } from "vitest";

import { reconnectDelayMs, redisOptions } from "./redis-options.ts";

test("a producer fails fast and never repeats a command by itself", () => {
  expect(redisOptions("producer")).toMatchObject({
    maxRetriesPerRequest: 3,
    enableOfflineQueue: false,
    commandTimeout: 5_000,
    autoResendUnfulfilledCommands: false,
    socketTimeout: 12_000,
  });
});

test("a worker outlives an outage: no limit of retries and no limit on a blocking call", () => {
  const options = redisOptions("worker");
  expect(options).toMatchObject({ maxRetriesPerRequest: null, socketTimeout: 12_000 });
  expect(options).not.toHaveProperty("commandTimeout");
  expect(options).not.toHaveProperty("enableOfflineQueue");
});

test("a connection comes back within a second, however long it was lost", () => {
  expect([1, 2, 9, 10, 11, 1e6].map(reconnectDelayMs)).toEqual([
    100, 200, 900, 1_000, 1_000, 1_000,
  ]);
  for (const role of ["producer", "worker"] as const) {
    expect(redisOptions(role).retryStrategy).toBe(reconnectDelayMs);
  }
});

test("a demoted master is left; only a worker sends its command again", () => {
  const readOnly = new Error("READONLY You can't write against a read only replica.");
  expect(redisOptions("worker").reconnectOnError?.(readOnly)).toBe(2);
  expect(redisOptions("producer").reconnectOnError?.(readOnly)).toBe(1);
  for (const role of ["producer", "worker"] as const) {
    expect(redisOptions(role).reconnectOnError?.(new Error("ERR READONLY"))).toBe(false);
  }
});
