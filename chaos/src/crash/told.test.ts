import { expect, it, onTestFinished } from "vitest";

import type { BookedGeneration } from "../judge/books.ts";
import { listenForNotifications } from "./told.ts";

const booked = (id: string, status: string) => ({ id, status }) as BookedGeneration;

it("an end is told when it came under one id, however often, and not otherwise", async () => {
  const told = await listenForNotifications();
  onTestFinished(() => told.stop());
  const tell = (id: string, type: string, message: string): Promise<unknown> =>
    fetch(told.url, {
      method: "POST",
      headers: { "webhook-id": message },
      body: JSON.stringify({ type, data: { id } }),
    });
  await tell("a", "generation.succeeded", "a_2");
  await tell("a", "generation.succeeded", "a_2");
  await tell("b", "generation.succeeded", "b_2");
  await tell("b", "generation.succeeded", "b_3");
  expect(told.against([booked("a", "succeeded")])).toEqual([]);
  expect(told.against([booked("b", "succeeded")])).toHaveLength(1);
  expect(told.against([booked("a", "held")])).toHaveLength(1);
  expect(told.against([booked("c", "succeeded")])).toHaveLength(1);
});
