import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Pause } from "./pause.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A pause that is being taken, and when it ended. */
function take(pause: Pause, ms: number) {
  const startedAt = performance.now();
  const ended: number[] = [];
  const taken = pause.take(ms).then(() => ended.push(performance.now() - startedAt));
  return { ended, taken };
}

describe("a pause", () => {
  it("lasts as long as it was meant to", async () => {
    const { ended, taken } = take(new Pause(), 50);
    await vi.advanceTimersByTimeAsync(49);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await taken;
    expect(ended).toEqual([50]);
  });

  it("is shortened by whoever knows better, and never prolonged", async () => {
    const pause = new Pause();
    const { ended, taken } = take(pause, 500);
    await vi.advanceTimersByTimeAsync(10);
    pause.endWithin(20);
    pause.endWithin(100);
    await vi.advanceTimersByTimeAsync(20);
    await taken;
    expect(ended).toEqual([30]);
  });

  it("is short when that was known before it began, and the next one is not", async () => {
    const pause = new Pause();
    pause.endWithin(20);
    await vi.advanceTimersByTimeAsync(5);
    const first = take(pause, 500);
    await vi.advanceTimersByTimeAsync(15);
    await first.taken;
    expect(first.ended).toEqual([15]);
    const second = take(pause, 500);
    await vi.advanceTimersByTimeAsync(499);
    expect(second.ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await second.taken;
  });

  it("takes at least a millisecond, so that a loop cannot spin", async () => {
    const pause = new Pause();
    pause.endWithin(-100);
    const { ended, taken } = take(pause, 500);
    await vi.advanceTimersByTimeAsync(1);
    await taken;
    expect(ended).toEqual([1]);
  });

  it("ends at once when there is to be none any more", async () => {
    const pause = new Pause();
    const { taken } = take(pause, 500);
    pause.end();
    await taken;
    await pause.take(500);
    expect(vi.getTimerCount()).toBe(0);
  });
});
