import { expect, it } from "vitest";

import { formatClock, parseDuration } from "./duration.ts";

it.each([
  ["500ms", 500],
  ["90s", 90_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
  ["0s", null],
  ["90", null],
  ["90 s", null],
  ["-1s", null],
  ["1e3s", null],
  ["", null],
])("%j is %s ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([
  [0, "0:00"],
  [61_999, "1:01"],
  [3_723_000, "1:02:03"],
])("%i ms shows as %s", (ms, text) => {
  expect(formatClock(ms)).toBe(text);
});
