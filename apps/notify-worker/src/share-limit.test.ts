import { expect, it } from "vitest";

import { shareLimit } from "./share-limit.ts";

it("lets so many of one name in at once, and others beside them", () => {
  const limit = shareLimit(2, () => 0);
  const [first, second] = [limit.enter("a"), limit.enter("a")];
  expect(limit.enter("a")).toEqual({ waitMs: 1_500 });
  expect(limit.enter("b")).toHaveProperty("leave");
  expect(limit.enter("a:8080")).toHaveProperty("leave");
  if (!("leave" in first) || !("leave" in second)) throw new Error("it did not get in");
  first.leave();
  expect(limit.enter("a")).toHaveProperty("leave");
});

it("puts more of them off for longer, up to half a minute", () => {
  const limit = shareLimit(1, () => 0);
  const entered = limit.enter("a");
  const waits = Array.from({ length: 40 }, () => {
    const tried = limit.enter("a");
    return "waitMs" in tried ? tried.waitMs : 0;
  });
  expect([waits[0], waits[1], waits.at(-1)]).toEqual([2_000, 3_000, 30_000]);
  if ("leave" in entered) entered.leave();
  expect(limit.enter("a")).toHaveProperty("leave");
});
