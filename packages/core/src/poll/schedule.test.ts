import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { DEFAULT_POLL_SCHEDULE, nextPollDelayMs, type PollScheduleSettings } from "./schedule.ts";

const middle = (): number => 0.5;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const schedule: fc.Arbitrary<PollScheduleSettings> = fc.record({
  baseMs: fc.integer({ min: 1, max: 60_000 }),
  factor: fc.double({ min: 1, max: 4, noNaN: true }),
  capMs: fc.integer({ min: 1, max: 600_000 }),
  minMs: fc.integer({ min: 1, max: 5_000 }),
});

describe("nextPollDelayMs", () => {
  it("is exact exponential backoff up to the cap when chance takes the middle", () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 5_000].map((polls) =>
      nextPollDelayMs(DEFAULT_POLL_SCHEDULE, polls, middle),
    );
    expect(delays).toEqual([2_000, 3_000, 4_500, 6_750, 10_125, 15_000, 15_000, 15_000]);
  });

  it("keeps the ratio of neighbouring intervals at the factor", () => {
    const wide = { baseMs: 1_000_000, factor: 1.5, capMs: 1e12, minMs: 1 };
    for (let polls = 0; polls < 20; polls++) {
      const ratio = nextPollDelayMs(wide, polls + 1, middle) / nextPollDelayMs(wide, polls, middle);
      expect(ratio).toBeCloseTo(1.5, 5);
    }
  });

  it("spreads each interval by a tenth either way, the cap included", () => {
    expect(nextPollDelayMs(DEFAULT_POLL_SCHEDULE, 0, () => 0)).toBe(1_800);
    expect(nextPollDelayMs(DEFAULT_POLL_SCHEDULE, 0, () => 1 - 2 ** -53)).toBe(2_200);
    expect(nextPollDelayMs(DEFAULT_POLL_SCHEDULE, 99, () => 0)).toBe(13_500);
    expect(nextPollDelayMs(DEFAULT_POLL_SCHEDULE, 99, () => 1 - 2 ** -53)).toBe(16_500);
  });

  it("is whole, never below the floor, never more than a tenth above the cap", () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 100_000 }), random, (s, polls, r) => {
        const delay = nextPollDelayMs(s, polls, () => r);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(s.minMs);
        expect(delay).toBeLessThanOrEqual(Math.max(s.minMs, Math.round(s.capMs * 1.1)));
      }),
    );
  });
});
