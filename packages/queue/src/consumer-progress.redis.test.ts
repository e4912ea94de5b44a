import { connectTestRedis, uniqueLane } from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { DEFAULT_SUBMIT_CONSUMER, startSubmitConsumer } from "./submit-consumer.ts";

const redis = connectTestRedis({ maxRetriesPerRequest: null });
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

it("a consumer without hints goes on giving signs of progress", async () => {
  let marks = 0;
  const consumer = startSubmitConsumer({
    connection: redis,
    prefix: `{aq.${uniqueLane()}}`,
    settings: DEFAULT_SUBMIT_CONSUMER,
    handle: () => Promise.resolve({ kind: "done" }),
    rest: () => Promise.resolve(),
    onError: () => undefined,
    onProgress: () => (marks += 1),
  });
  onTestFinished(() => consumer.drain());
  // The library looks every 5 s and says that it found nothing once.
  await expect.poll(() => marks, { timeout: 25_000 }).toBeGreaterThanOrEqual(3);
});
