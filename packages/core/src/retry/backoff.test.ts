import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  backoffMs,
  POLL_DENIED_BACKOFF,
  POLL_ERROR_BACKOFF,
  SUBMIT_BACKOFF,
  type BackoffSettings,
} from "./backoff.ts";

const ALMOST_ONE = 1 - 2 ** -53;

const settings: fc.Arbitrary<BackoffSettings> = fc
  .tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 600_000 }))
  .map(([baseMs, moreMs]) => ({ baseMs, capMs: baseMs + moreMs }));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("backoffMs", () => {
  it("doubles from the base to the cap: the middle of the spread at random 0.5", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((n) => backoffMs(SUBMIT_BACKOFF, n, () => 0.5));
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it("spreads over everything from nothing to the bound", () => {
    expect(backoffMs(SUBMIT_BACKOFF, 3, () => 0)).toBe(0);
    expect(backoffMs(SUBMIT_BACKOFF, 3, () => ALMOST_ONE)).toBe(2_000);
    expect(backoffMs(SUBMIT_BACKOFF, 3, () => 0.25)).toBe(500);
  });

  it("is whole, never negative and never above bound or cap, however long the streak", () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 100_000 }), random, (s, count, r) => {
        const delay = backoffMs(s, count, () => r);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(s.capMs);
        expect(delay).toBeLessThanOrEqual(s.baseMs * 2 ** (count - 1));
      }),
    );
  });

  it("grows with the streak for the same chance", () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 60 }), random, (s, count, r) => {
        const [now, next] = [count, count + 1].map((n) => backoffMs(s, n, () => r));
        expect(next).toBeGreaterThanOrEqual(now ?? 0);
      }),
    );
  });

  it("gives way to the upstream's advice when that is longer, above the cap too", () => {
    const advice = fc.option(fc.integer({ min: 0, max: 900_000 }), { nil: null });
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 60 }), random, advice, (s, count, r, a) => {
        const own = backoffMs(s, count, () => r);
        expect(backoffMs(s, count, () => r, a)).toBe(Math.max(own, a ?? 0));
      }),
    );
    expect(backoffMs(SUBMIT_BACKOFF, 1, () => 0.5, 900_000)).toBe(900_000);
    expect(backoffMs(SUBMIT_BACKOFF, 7, () => ALMOST_ONE, 1_000)).toBe(30_000);
  });

  it("uses the numbers of the protocol", () => {
    expect(SUBMIT_BACKOFF).toEqual({ baseMs: 500, capMs: 30_000 });
    expect(POLL_ERROR_BACKOFF).toEqual({ baseMs: 500, capMs: 30_000 });
    expect(POLL_DENIED_BACKOFF).toEqual({ baseMs: 4_000, capMs: 60_000 });
  });
});
