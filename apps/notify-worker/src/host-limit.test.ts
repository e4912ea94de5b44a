import { expect, it } from "vitest";

import { hostLimit } from "./host-limit.ts";

it("lets so many to one host in at once, and others beside them", () => {
  const limit = hostLimit(2, () => 0);
  const [first, second] = [limit.enter("http://a.example/1"), limit.enter("http://a.example/2")];
  expect(limit.enter("http://a.example/3")).toEqual({ waitMs: 1_500 });
  expect(limit.enter("http://b.example/1")).toHaveProperty("leave");
  expect(limit.enter("http://a.example:8080/")).toHaveProperty("leave");
  if (!("leave" in first) || !("leave" in second)) throw new Error("it did not get in");
  first.leave();
  expect(limit.enter("http://a.example/3")).toHaveProperty("leave");
});

it("puts more of them off for longer, up to half a minute", () => {
  const limit = hostLimit(1, () => 0);
  const entered = limit.enter("http://a.example/");
  const waits = Array.from({ length: 40 }, () => {
    const tried = limit.enter("http://a.example/");
    return "waitMs" in tried ? tried.waitMs : 0;
  });
  expect([waits[0], waits[1], waits.at(-1)]).toEqual([2_000, 3_000, 30_000]);
  if ("leave" in entered) entered.leave();
  expect(limit.enter("http://a.example/")).toHaveProperty("leave");
});
