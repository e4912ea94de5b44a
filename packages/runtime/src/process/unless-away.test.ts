import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { unlessAway } from "./unless-away.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ENDLESS = new Promise<void>(() => undefined);

function follow(redis: { status: "ready" | "reconnecting" }, work: Promise<void>) {
  const seen = { hasEnded: false, error: null as unknown };
  unlessAway(redis, work).then(
    () => (seen.hasEnded = true),
    (error: unknown) => (seen.error = error),
  );
  return seen;
}

it("work is waited for while Redis is there, and its failure is told", async () => {
  const waiting = follow({ status: "ready" }, ENDLESS);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(waiting.hasEnded).toBe(false);
  const done = follow({ status: "ready" }, Promise.resolve());
  const failed = follow({ status: "ready" }, Promise.reject(new Error("no")));
  await vi.advanceTimersByTimeAsync(0);
  expect([done.hasEnded, String(failed.error)]).toEqual([true, "Error: no"]);
});

it("work that waits for Redis is left once that was away for two seconds on end", async () => {
  const redis: { status: "ready" | "reconnecting" } = { status: "reconnecting" };
  const left = follow(redis, ENDLESS);
  await vi.advanceTimersByTimeAsync(1_500);
  redis.status = "ready";
  await vi.advanceTimersByTimeAsync(200);
  redis.status = "reconnecting";
  await vi.advanceTimersByTimeAsync(1_900);
  expect(left.hasEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(400);
  expect(left.hasEnded).toBe(true);
});
