import { expect, test, vi } from "vitest";

import { closeRedis } from "./close-redis.ts";

function connection(status: string, quit: () => Promise<"OK">) {
  const calls: string[] = [];
  return {
    calls,
    redis: {
      status: status as "ready",
      quit: () => {
        calls.push("quit");
        return quit();
      },
      disconnect: () => void calls.push("disconnect"),
    },
  };
}

test("a connection that is away is not asked to quit", async () => {
  for (const status of ["reconnecting", "connecting", "close", "end", "wait"]) {
    const { redis, calls } = connection(status, () => new Promise(() => undefined));
    await closeRedis(redis);
    expect(calls).toEqual(["disconnect"]);
  }
});

test("one that is lost while it quits is closed all the same", async () => {
  const { redis, calls } = connection("ready", () => Promise.reject(new Error("closed")));
  await closeRedis(redis);
  expect(calls).toEqual(["quit", "disconnect"]);
});

test("one that hangs is closed at the limit", async () => {
  vi.useFakeTimers();
  try {
    const { redis, calls } = connection("ready", () => new Promise(() => undefined));
    const closed = closeRedis(redis, 2_000);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(calls).toEqual(["quit"]);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    expect(calls).toEqual(["quit", "disconnect"]);
  } finally {
    vi.useRealTimers();
  }
});
