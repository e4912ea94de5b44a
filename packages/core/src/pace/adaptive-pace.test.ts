import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type PaceScenario, simulatePace } from "../../test/pace-simulation.ts";
import { afterAnswer, firstPace, type PaceState } from "./adaptive-pace.ts";

const UNKNOWN_20: Omit<PaceScenario, "workers" | "rule"> = {
  seconds: 600,
  limitAt: () => 20,
  limiterBurst: 5,
  meanLatencyMs: 200,
};

/** Runs the rule and, for comparison, plain AIMD on the same scenario. */
function both(scenario: Omit<PaceScenario, "rule">) {
  const ours = simulatePace({ ...scenario, rule: "adaptive" });
  const reference = simulatePace({ ...scenario, rule: "aimd" });
  return { ours, reference };
}

describe("an unknown limit of 20 submits per second", () => {
  it.each([1, 8])("is used to over 90 %% with under 2 %% of 429s, by %i workers", (workers) => {
    const { ours, reference } = both({ ...UNKNOWN_20, workers });
    expect(ours.used).toBeGreaterThan(0.9);
    expect(ours.refused).toBeLessThan(0.02);
    expect(ours.used).toBeGreaterThan(reference.used);
  });

  it.each([1, 8])("that steps to 5 is followed, by %i workers", (workers) => {
    const limitAt = (second: number): number => (second < 300 ? 20 : 5);
    const { ours, reference } = both({ ...UNKNOWN_20, limitAt, countedFromSecond: 300, workers });
    expect(ours.used).toBeGreaterThan(0.85);
    expect(ours.used).toBeGreaterThan(reference.used);
  });

  it.each([50, 1_000, 3_000])("is found behind answers that take %i ms", (meanLatencyMs) => {
    const { ours } = both({ ...UNKNOWN_20, meanLatencyMs, workers: 8 });
    expect(ours.used).toBeGreaterThan(0.85);
  });

  it("is found again when it rises", () => {
    const limitAt = (second: number): number => (second < 300 ? 5 : 20);
    const { ours } = both({ ...UNKNOWN_20, limitAt, countedFromSecond: 400, workers: 1 });
    expect(ours.used).toBeGreaterThan(0.85);
  });
});

describe("an upstream that refuses everything for a while", () => {
  const limitAt = (second: number): number => (second < 300 ? 0 : 5);
  const setup = { seconds: 900, limitAt, limiterBurst: 5, meanLatencyMs: 200, workers: 8 };

  it("is not asked ever faster: what is refused to all is no chance", () => {
    const { answered } = simulatePace({ ...setup, seconds: 300, rule: "adaptive" });
    expect(answered).toBeLessThan(900);
  });

  it("is found again when it takes some", () => {
    const { used, refused } = simulatePace({ ...setup, countedFromSecond: 450, rule: "adaptive" });
    expect(used).toBeGreaterThan(0.85);
    expect(refused).toBeLessThan(0.2);
  });
});

it.each([0.03, 0.1, 0.3])("429s at random (%d) do not make it collapse as AIMD does", (share) => {
  const { ours, reference } = both({
    ...UNKNOWN_20,
    limitAt: () => 80,
    limiterBurst: 20,
    randomShare: share,
    workers: 1,
  });
  expect(reference.used).toBeLessThan(0.05);
  expect(ours.used).toBeGreaterThan(5 * reference.used);
});

describe("the pace", () => {
  const answers = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      latencyMs: fc.integer({ min: 0, max: 5_000 }),
      isThrottled: fc.boolean(),
    }),
    { maxLength: 300 },
  );

  it("stays between one per second and none at all, whatever is answered", () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), answers, (inFlightCount, given) => {
        let at = 1_000;
        let state: PaceState | null = firstPace(inFlightCount, { at, latencyMs: 0 });
        for (const { afterMs, ...answer } of given) {
          at += afterMs;
          state = afterAnswer(state, { at, ...answer });
          if (state === null) return;
          expect(state.pace).toBeGreaterThanOrEqual(1);
          expect(state.pace).toBeLessThan(1_000);
          expect(state.tolerated).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("limits nothing any more once nothing was refused for long enough", () => {
    let at = 0;
    let state: PaceState | null = firstPace(8, { at, latencyMs: 0 });
    for (let n = 0; n < 1_000_000 && state !== null; n += 1) {
      at += 1_000 / state.pace;
      state = afterAnswer(state, { at, latencyMs: 100, isThrottled: false });
    }
    expect(state).toBeNull();
  });

  it("does not climb while it is not used", () => {
    let state = firstPace(80, { at: 0, latencyMs: 0 });
    for (let n = 1; n < 200; n += 1) {
      const next = afterAnswer(state, { at: n * 1_000, latencyMs: 100, isThrottled: false });
      if (next === null) throw new Error("it limits something");
      state = next;
    }
    expect(state.pace).toBe(10);
  });
});
