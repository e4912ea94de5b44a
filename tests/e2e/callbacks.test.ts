import type { FaultRule } from "@apidot-queue/emulator";
import { afterEach, describe, expect, it } from "vitest";

import { QUICK_POLLS, startStack, type Stack, type StackOptions } from "./stack.ts";

let stack: Stack | null = null;
afterEach(async () => {
  await stack?.stop();
  stack = null;
});

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const WAIT = { timeoutMs: 30_000 };
const LONG = { timeout: 15_000 };
/** No poll finds anything out in time. */
const RARE_POLLS = { baseMs: 600_000, factor: 1, capMs: 600_000, minMs: 600_000 };
const LONG_GRACE = { confirmGraceMs: 25_000, polls: RARE_POLLS };

async function start(faults: readonly FaultRule[], options: StackOptions = {}): Promise<Stack> {
  stack = await startStack({
    hasCallbacks: true,
    polls: RARE_POLLS,
    ...options,
    emulator: { faults },
  });
  return stack;
}

describe("a callback", () => {
  it("settles a generation whose next poll is minutes away", async () => {
    const { producer } = await start([]);
    const { id } = await producer.enqueue(LITE);
    const record = await producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "succeeded", attempts: 1, settlement: 1 });
  });

  it("finds the task of a submit whose answer was lost: it is paid once", async () => {
    const faults: FaultRule[] = [{ on: "submit", kind: "reset_after" }];
    const { producer, submitCount, acceptedCount } = await start(faults, { rules: LONG_GRACE });
    const { id } = await producer.enqueue(LITE);
    const record = await producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "succeeded", attempts: 1, extraTaskIds: [] });
    expect([submitCount(), acceptedCount()]).toEqual([1, 1]);
  });

  it("that comes before the answer is the answer's equal", async () => {
    const faults: FaultRule[] = [{ on: "callback", kind: "early" }];
    const { producer, submitCount } = await start(faults);
    const { id } = await producer.enqueue(LITE);
    expect(await producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", extraTaskIds: [] });
    expect(submitCount()).toBe(1);
  });

  it("resolves a generation that is held for the want of an answer", async () => {
    const faults: FaultRule[] = [{ on: "submit", kind: "reset_after" }];
    const { producer, journal, acceptedCount } = await start(faults, {
      rules: { ambiguity: "hold", confirmGraceMs: 0 },
    });
    const { id } = await producer.enqueue(LITE);
    await expect.poll(async () => (await producer.get(id)).status, LONG).toBe("succeeded");
    const events = (await journal.history(id)).map((e) => (e.kind === "event" ? e.event.type : ""));
    expect(events).toEqual(expect.arrayContaining(["grace_ended", "confirmed", "finished"]));
    expect(acceptedCount()).toBe(1);
  });

  it("makes a success of one that had timed out, as a second settlement", async () => {
    const { producer } = await start([], {
      rules: { generationDeadlineMs: 1 },
      polls: QUICK_POLLS,
    });
    const { id } = await producer.enqueue(LITE);
    const timedOut = await producer.wait(id, WAIT);
    expect(timedOut).toMatchObject({ status: "failed", error: { code: "timed_out" } });
    await expect.poll(async () => (await producer.get(id)).status, LONG).toBe("succeeded");
    expect(await producer.get(id)).toMatchObject({ settlement: 2, error: null });
  });

  it.each(["opposite", "other", "unknown"] as const)(
    "with a forged body (%s) changes nothing that a status call does not say",
    async (as) => {
      const { producer, submitCount } = await start([{ on: "callback", kind: "forged", as }]);
      const ids: string[] = [];
      for (let n = 0; n < 4; n += 1) ids.push((await producer.enqueue(LITE)).id);
      const records = await Promise.all(ids.map((id) => producer.wait(id, WAIT)));
      for (const record of records) {
        expect(record).toMatchObject({ status: "succeeded", extraTaskIds: [], settlement: 1 });
      }
      expect(new Set(records.map(({ task }) => task?.id)).size).toBe(4);
      expect(submitCount()).toBe(4);
    },
  );

  it("that is lost leaves what was without callbacks: a resubmit after the grace", async () => {
    const faults: FaultRule[] = [
      { on: "submit", kind: "reset_after", times: 1 },
      { on: "callback", kind: "lost", times: 1 },
    ];
    const { producer, acceptedCount } = await start(faults, { rules: { confirmGraceMs: 2_000 } });
    const { id } = await producer.enqueue(LITE);
    expect(await producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 2 });
    expect(acceptedCount()).toBe(2);
  });
});
