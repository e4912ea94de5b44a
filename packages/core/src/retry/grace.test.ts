import { describe, expect, it } from "vitest";

import { graceWithoutCallbackMs, isChannelSilent, learnedGraceMs, type SeenEnd } from "./grace.ts";

describe("graceWithoutCallbackMs", () => {
  it("waits 5, 20 and 80 s before the next paid attempts under resubmit", () => {
    const settings = { confirmGraceMs: null, policy: "resubmit" } as const;
    const graces = [0, 1, 2].map((unresolved) => graceWithoutCallbackMs(settings, unresolved));
    expect(graces).toEqual([5_000, 20_000, 80_000]);
  });

  it("never waits longer than half an hour", () => {
    const settings = { confirmGraceMs: null, policy: "resubmit" } as const;
    expect(graceWithoutCallbackMs(settings, 5)).toBe(1_800_000);
    expect(graceWithoutCallbackMs(settings, 9)).toBe(1_800_000);
  });

  it("does not wait under hold, where a person is asked anyway", () => {
    expect(graceWithoutCallbackMs({ confirmGraceMs: null, policy: "hold" }, 0)).toBe(0);
    expect(graceWithoutCallbackMs({ confirmGraceMs: null, policy: "hold" }, 2)).toBe(0);
  });

  it.each(["resubmit", "hold"] as const)(
    "takes a fixed grace exactly as set under %s",
    (policy) => {
      expect(graceWithoutCallbackMs({ confirmGraceMs: 700, policy }, 2)).toBe(700);
      expect(graceWithoutCallbackMs({ confirmGraceMs: 0, policy }, 2)).toBe(0);
    },
  );
});

describe("learnedGraceMs", () => {
  const taking = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

  it("is half an hour until 30 durations are known", () => {
    expect(learnedGraceMs([])).toBe(1_800_000);
    expect(learnedGraceMs(taking(29, 60_000))).toBe(1_800_000);
  });

  it("is half as long again as the longest of them", () => {
    expect(learnedGraceMs([...taking(29, 60_000), 300_001])).toBe(450_002);
  });

  it("is never below 2 minutes nor above 30", () => {
    expect(learnedGraceMs(taking(30, 1_000))).toBe(120_000);
    expect(learnedGraceMs(taking(128, 1_500_000))).toBe(1_800_000);
  });
});

describe("isChannelSilent", () => {
  const NOW = 1_000_000;
  const ends = (count: number, end: Partial<SeenEnd> = {}): SeenEnd[] =>
    Array.from({ length: count }, () => ({ endedAt: NOW - 60_000, heardAt: null, ...end }));
  const heard = (count: number, lateMs = 0): SeenEnd[] =>
    ends(count, { heardAt: NOW - 60_000 + lateMs });

  it("is not judged by fewer than 20 ends", () => {
    expect(isChannelSilent(ends(19), NOW)).toBe(false);
    expect(isChannelSilent(ends(20), NOW)).toBe(true);
  });

  it("bears two missing callbacks of the last 20, not three", () => {
    expect(isChannelSilent([...ends(2), ...heard(18)], NOW)).toBe(false);
    expect(isChannelSilent([...ends(3), ...heard(17)], NOW)).toBe(true);
    expect(isChannelSilent([...heard(18), ...ends(22)], NOW)).toBe(false);
  });

  it("gives a callback 30 s after the poll that saw the end", () => {
    expect(isChannelSilent(heard(20, 30_000), NOW)).toBe(false);
    expect(isChannelSilent(heard(20, 30_001), NOW)).toBe(true);
    expect(isChannelSilent(heard(20, -600_000), NOW)).toBe(false);
  });

  it("does not judge an end that is younger than that, though it called back", () => {
    const young = ends(5, { endedAt: NOW - 29_999 });
    expect(isChannelSilent([...young, ...heard(18), ...ends(1)], NOW)).toBe(false);
    expect(isChannelSilent([...young, ...heard(17), ...ends(3)], NOW)).toBe(true);
    const called = ends(25, { endedAt: NOW - 29_999, heardAt: NOW - 29_000 });
    expect(isChannelSilent([...called, ...ends(20)], NOW)).toBe(true);
  });
});
