import { describe, expect, it } from "vitest";
import { planRedelivery } from "./redelivery.ts";

/** When each delivery begins, if all are in vain and take no time. */
function deliveryTimes(...given: Parameters<typeof planRedelivery>): readonly number[] {
  const { waitMs } = planRedelivery(...given);
  const times = [0];
  for (;;) {
    const elapsedMs = times.at(-1) ?? 0;
    const pauseMs = waitMs(times.length, elapsedMs);
    if (pauseMs === undefined) return times;
    times.push(elapsedMs + pauseMs);
  }
}

const on = "callback";
const kind = "redeliver";

describe("planRedelivery", () => {
  it("tries for a minute, at first soon and later rarely", () => {
    expect(deliveryTimes(1, undefined)).toEqual(
      [0, 1, 3, 7, 15, 30, 45, 60].map((seconds) => seconds * 1_000),
    );
  });

  it("divides the usual schedule by the speed, and no rule's", () => {
    expect(deliveryTimes(10, undefined)).toEqual(
      [0, 1, 3, 7, 15, 30, 45, 60].map((seconds) => seconds * 100),
    );
    expect(deliveryTimes(10, { on, kind, for_ms: 900, every_ms: 300 })).toEqual([0, 300, 600, 900]);
  });

  it("takes what a rule leaves out from the usual", () => {
    expect(deliveryTimes(1, { on, kind, every_ms: 20_000 })).toEqual([0, 20_000, 40_000, 60_000]);
    expect(deliveryTimes(1, { on, kind, for_ms: 2_500 })).toEqual([0, 1_000, 2_000]);
    expect(deliveryTimes(1, { on, kind, timeout_ms: 7 })).toHaveLength(8);
    expect(planRedelivery(9, undefined).timeoutMs).toBe(5_000);
    expect(planRedelivery(1, { on, kind, timeout_ms: 7 }).timeoutMs).toBe(7);
  });

  it("never tries again when it has no time to", () => {
    expect(deliveryTimes(1, { on, kind, for_ms: 0 })).toEqual([0]);
  });
});
