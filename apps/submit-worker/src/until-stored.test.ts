import { JournalError } from "@apidot-queue/journal";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { untilStoredOrAborted } from "./until-stored.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A write that fails so often before it is answered. */
function setup(failureCount: number) {
  const giveUp = new AbortController();
  const failures: JournalError[] = [];
  let calls = 0;
  const untilStored = untilStoredOrAborted(giveUp.signal, (error) => failures.push(error));
  const write = (): Promise<string> => {
    calls += 1;
    return calls <= failureCount
      ? Promise.reject(new JournalError("unknown", `try ${calls}`))
      : Promise.resolve("stored");
  };
  return { giveUp, failures, untilStored, write, calls: () => calls };
}

it("a write that is answered is made once", async () => {
  const { untilStored, write, calls, failures } = setup(0);
  expect(await untilStored(write)).toBe("stored");
  expect([calls(), failures.length, vi.getTimerCount()]).toEqual([1, 0, 0]);
});

it("a write is repeated however often the journal fails, and each failure is told", async () => {
  const { untilStored, write, calls, failures } = setup(40);
  const stored = untilStored(write);
  await vi.runAllTimersAsync();
  expect(await stored).toBe("stored");
  expect(calls()).toBe(41);
  expect(failures.map(({ message }) => message)).toHaveLength(40);
});

it("pauses grow to two seconds and never further", async () => {
  const { untilStored, write, calls, giveUp } = setup(1_000);
  const stored = untilStored(write).catch(() => "given up");
  await vi.advanceTimersByTimeAsync(60_000);
  const before = calls();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls() - before).toBeGreaterThanOrEqual(29);
  expect(calls()).toBeLessThan(100);
  giveUp.abort();
  expect(await stored).toBe("given up");
});

it("a process that gives up stops at once", async () => {
  const { untilStored, write, giveUp, calls } = setup(1_000);
  const stored = untilStored(write).catch((error: unknown) => String(error));
  await vi.advanceTimersByTimeAsync(5_000);
  giveUp.abort(new Error("the process ends"));
  await vi.runAllTimersAsync();
  expect(await stored).toContain("the process ends");
  const made = calls();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls()).toBe(made);
});

it("what is no trouble of the journal is nobody's to repeat", async () => {
  const { untilStored } = setup(0);
  const broken = new TypeError("a bug");
  await expect(untilStored(() => Promise.reject(broken))).rejects.toBe(broken);
  let calls = 0;
  const later = untilStored(() => {
    calls += 1;
    return Promise.reject(calls === 1 ? new JournalError("unknown", "away") : broken);
  });
  const outcome = expect(later).rejects.toBe(broken);
  await vi.runAllTimersAsync();
  await outcome;
  expect(calls).toBe(2);
});
