import { expect, it } from "vitest";

import { inOrder } from "./batches.ts";

/** Work that the test ends one by one. */
function setup(count: number, limit: number) {
  const begun: number[] = [];
  const ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const work = (one: number) =>
    new Promise<void>((resolve, reject) => {
      begun.push(one);
      ends.set(one, { resolve, reject });
    });
  const all = Array.from({ length: count }, (_, index) => index);
  return { begun, ends, done: inOrder(all, limit, work) };
}

it("begins in order, and never more at once than it may", async () => {
  const { begun, ends, done } = setup(4, 2);
  expect(begun).toEqual([0, 1]);
  ends.get(1)?.resolve();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  ends.get(0)?.resolve();
  await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
  ends.get(2)?.resolve();
  ends.get(3)?.resolve();
  await done;
});

it("begins nothing after a failure, and waits for what is under way", async () => {
  const { begun, ends, done } = setup(4, 2);
  const outcome = done.then(
    () => "done",
    (error: Error) => error.message,
  );
  ends.get(0)?.reject(new Error("first"));
  let isOver = false;
  void outcome.then(() => (isOver = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([begun, isOver]).toEqual([[0, 1], false]);
  ends.get(1)?.reject(new Error("second"));
  expect(await outcome).toBe("first");
  expect(begun).toEqual([0, 1]);
});

it("has nothing to do for no batches", async () => {
  await setup(0, 2).done;
});
