import { STATUSES } from "@apidot-queue/core";
import { testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";

import { createProducer } from "./create-producer.ts";
import type { Producer } from "./producer.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;

let producer: Producer;

beforeEach(() => {
  producer = createProducer({ redis: testRedisUrl(), lane: uniqueLane(), tenant: uniqueLane() });
});
afterEach(() => producer.close());

it("lists records newest first and goes on with the cursor", async () => {
  const oldest = await producer.enqueue(LITE, { userId: "u1", metadata: { order: 1 } });
  const middle = await producer.enqueue(LITE);
  const newest = await producer.enqueue(LITE, { userId: "u1" });
  const first = await producer.list({ limit: 2 });
  expect(first.records).toEqual([newest, middle]);
  const cursor = first.nextCursor ?? "";
  expect(await producer.list({ limit: 1, cursor })).toEqual({
    records: [oldest],
    nextCursor: null,
  });
  expect((await producer.list({ userId: "u1", statuses: STATUSES })).records).toEqual([
    newest,
    oldest,
  ]);
});

it("names every wrong option", async () => {
  await producer.enqueueMany([{ request: LITE }, { request: LITE }]);
  const { nextCursor } = await producer.list({ limit: 1 });
  const wrong = producer.list({
    limit: 0,
    lane: "NO",
    statuses: ["asleep" as never],
    userId: "u1",
    cursor: nextCursor ?? "",
  });
  await expect(wrong).rejects.toMatchObject({
    code: "invalid_request",
    errors: [
      { pointer: "/lane" },
      { pointer: "/limit" },
      { pointer: "/statuses" },
      { pointer: "/cursor", message: expect.stringContaining("other filters") as string },
    ],
  });
});
