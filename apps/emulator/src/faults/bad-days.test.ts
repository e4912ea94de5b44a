import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { setup, TEXT_LITE } from "../../test/emulator-under-test.ts";

/** An upstream on a bad day, as a long run of trouble asks for it. */
const BAD_DAY = [
  { on: "submit", kind: "error", status: 503, rate: 0.05 },
  { on: "submit", kind: "reset_before", rate: 0.03 },
  { on: "submit", kind: "reset_after", rate: 0.03 },
  { on: "submit", kind: "hang_after", rate: 0.02 },
  { on: "submit", kind: "hang_before", rate: 0.02 },
] as const;

const SUBMIT_COUNT = 400;

/** How often each rule of the bad day struck. */
async function strikes(seed: number): Promise<readonly number[]> {
  const { call, emulator, submit } = await setup({ seed, faults: BAD_DAY });
  for (let index = 0; index < SUBMIT_COUNT; index += 1) {
    const seenCount = emulator.ledger().length;
    // A submit that hangs is answered by the emulator's end, but it is in the ledger.
    void submit().catch(() => undefined);
    while (emulator.ledger().length < seenCount + 2) await nextTurn();
  }
  const { text } = await call("GET", "/emulator/faults");
  const { faults } = JSON.parse(text) as { faults: readonly { struck: number }[] };
  return faults.map(({ struck }) => struck);
}

describe("a bad day", () => {
  it("strikes about as often as its rates say, and the same way for the same seed", async () => {
    const struck = await strikes(5);
    for (const [index, { rate }] of BAD_DAY.entries()) {
      const expected = rate * SUBMIT_COUNT;
      expect(struck[index]).toBeGreaterThan(expected - 2 * Math.sqrt(expected));
      expect(struck[index]).toBeLessThan(expected + 2 * Math.sqrt(expected));
    }
    expect(await strikes(5)).toEqual(struck);
    expect(await strikes(6)).not.toEqual(struck);
  });
});

describe("a limit of submits", () => {
  it("can step while it runs, tells the wait or not, and is each key's own", async () => {
    const { clock, emulator, submit } = await setup();
    /** Submits every 10 ms for 2 s. @returns how many were let through, and the headers of the rest. */
    const press = async (key: string) => {
      let passedCount = 0;
      const waits = new Set<unknown>();
      for (let elapsedMs = 0; elapsedMs < 2_000; elapsedMs += 10) {
        const { status, headers } = await submit(TEXT_LITE, key);
        if (status === 200) passedCount += 1;
        else waits.add(headers["retry-after"]);
        clock.advance(10);
      }
      return { passedCount, waits: [...waits] };
    };
    emulator.setFaults([{ on: "submit", kind: "rate_limit", per_second: 20 }]);
    expect(await press("one")).toEqual({ passedCount: 40, waits: [undefined] });
    emulator.setFaults([
      { on: "submit", kind: "rate_limit", per_second: 5, match: { key: "one" }, retry_after: true },
    ]);
    expect(await press("one")).toEqual({ passedCount: 10, waits: ["1"] });
    expect(await press("two")).toEqual({ passedCount: 200, waits: [] });
  });
});
