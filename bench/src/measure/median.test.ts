import { expect, it } from "vitest";

import { median, percentile } from "./median.ts";

it("the median is the middle value, whatever the order", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2);
  expect(median([])).toBeNaN();
});

it("a percentile leaves its share of the values below", () => {
  const values = Array.from({ length: 100 }, (_, index) => index);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile([7], 0.99)).toBe(7);
});
