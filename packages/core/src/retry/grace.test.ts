import { describe, expect, it } from "vitest";

import { graceWithoutCallbackMs } from "./grace.ts";

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
