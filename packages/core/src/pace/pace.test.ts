import * as fc from "fast-check";
import { expect, it } from "vitest";

import { burstOf, restOf } from "./pace.ts";

it.each([
  [0.001, 1],
  [0.2, 1],
  [4.9, 1],
  [5, 2],
  [20, 5],
  [1_000, 201],
])("at %d per second a burst has %d", (rate, burst) => {
  expect(burstOf(rate)).toBe(burst);
});

it.each([
  [1, 100],
  [100, 100],
  [750, 750],
  [3_600_000, 10_000],
  [null, 500],
])("a wait of %s ms is a rest of %d ms", (waitMs, restMs) => {
  expect(restOf(waitMs)).toBe(restMs);
});

it("what collects during the shortest rest is never lost to the burst", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 10_000, noNaN: true }), (rate) => {
      expect(burstOf(rate)).toBeGreaterThanOrEqual(Math.floor((rate * restOf(0)) / 1_000));
    }),
  );
});
