import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RETRY_AFTER_MS, MIN_RETRY_AFTER_MS, readRetryAfter } from "./retry-after.ts";

const NOW = Date.UTC(2026, 3, 19, 21, 19, 42);

describe("readRetryAfter", () => {
  it.each([
    ["2", 2_000],
    [" 30 ", 30_000],
    ["1.5", 1_500],
    ["0", MIN_RETRY_AFTER_MS],
    ["0.2", MIN_RETRY_AFTER_MS],
    ["899", 899_000],
    ["86400", MAX_RETRY_AFTER_MS],
    ["Sun, 19 Apr 2026 21:19:52 GMT", 10_000],
    ["Sun, 19 Apr 2026 21:19:32 GMT", MIN_RETRY_AFTER_MS],
    ["Mon, 20 Apr 2026 21:19:42 GMT", MAX_RETRY_AFTER_MS],
  ])("reads %j as %i ms", (header, expectedMs) => {
    expect(readRetryAfter(header, NOW)).toBe(expectedMs);
  });

  it.each([
    null,
    "",
    "  ",
    "-5",
    "1e3",
    "0x10",
    "soon",
    "5 s",
    "2, 4",
    "Infinity",
    "1757165031",
    "1757165031000",
    "2026-04-19T21:19:52Z",
    "Sun, 19 Apr 2026 21:19:52 +0200",
    "Sunday, 19-Apr-26 21:19:52 GMT",
    "Sun Apr 19 21:19:52 2026",
    "Sun, 42 Foo 2026 21:19:52 GMT",
  ])("ignores %j", (header) => {
    expect(readRetryAfter(header, NOW)).toBeNull();
  });

  it("gives whole milliseconds within the clamp, or null, for any header and any clock", () => {
    const header = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.nat().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    const clock = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(header, clock, (text, now) => {
        const waitMs = readRetryAfter(text, now);
        if (waitMs === null) return;
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(MIN_RETRY_AFTER_MS);
        expect(waitMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
      }),
    );
  });
});
