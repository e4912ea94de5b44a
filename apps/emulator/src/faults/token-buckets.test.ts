import * as fc from "fast-check";
import { expect, it } from "vitest";
import { TokenBuckets } from "./token-buckets.ts";

it("never lets through more than the burst and what the time has earned", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.nat(500), { maxLength: 200 }),
      (perSecond, burst, gapsMs) => {
        const buckets = new TokenBuckets(perSecond, burst);
        let nowMs = 0;
        let passedCount = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          if (buckets.take("k", nowMs) === 0) passedCount += 1;
        }
        expect(passedCount).toBeLessThanOrEqual(burst + (nowMs / 1000) * perSecond + 1e-6);
      },
    ),
  );
});

it("lets a call through once it has waited as long as it was told to", () => {
  const buckets = new TokenBuckets(4, 1);
  expect(buckets.take("k", 0)).toBe(0);
  expect(buckets.take("k", 0)).toBe(250);
  expect(buckets.take("k", 249)).toBeCloseTo(1);
  expect(buckets.take("k", 250)).toBe(0);
});

it("gives every key a bucket of its own", () => {
  const buckets = new TokenBuckets(1, 1);
  expect(buckets.take("a", 0)).toBe(0);
  expect(buckets.take("b", 0)).toBe(0);
  expect(buckets.take("a", 0)).toBe(1_000);
});
