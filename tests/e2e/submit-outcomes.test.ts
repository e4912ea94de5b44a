import type { FaultRule } from "@apidot-queue/emulator";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";

import { startStack, type Stack, type StackOptions } from "./stack.ts";

let stack: Stack | null = null;
afterEach(async () => {
  await stack?.stop();
  stack = null;
});

async function start(options: StackOptions): Promise<Stack> {
  stack = await startStack(options);
  return stack;
}

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const WAIT = { timeoutMs: 30_000 };

/** The pauses between the begins of a generation, milliseconds of the journal's clock. */
async function pausesOf({ journal }: Stack, id: string): Promise<number[]> {
  const entries = await journal.history(id);
  const begins = entries.flatMap((e) =>
    e.kind === "event" && e.event.type === "begun" ? [e.at] : [],
  );
  return begins.slice(1).map((at, index) => at - (begins[index] ?? 0));
}

describe("an answer that ends it", () => {
  const cases = [
    { status: 400, code: "invalid_request" },
    { status: 401, code: "authentication_error" },
    { status: 402, code: "insufficient_credits" },
  ];
  const shapes = ["error", "error_in_200"] as const;
  it.each(cases.flatMap((one) => shapes.map((kind) => ({ ...one, kind }))))(
    "$status as $kind fails with $code after one submit and is not retried",
    async ({ status, code, kind }) => {
      const { producer, submitCount } = await start({
        emulator: { faults: [{ on: "submit", kind, status }] },
      });
      const { id } = await producer.enqueue(LITE);
      const record = await producer.wait(id, WAIT);
      expect(record).toMatchObject({ status: "failed", attempts: 1, task: null });
      expect(record.error).toMatchObject({ code, retryable: false });
      // Three more rounds of the rescuer, which comes every 100 ms: nothing follows.
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(submitCount()).toBe(1);
    },
  );
});

describe("an answer that means later", () => {
  const faults: { title: string; faults: FaultRule[]; leastMs: number }[] = [
    {
      title: "429 with Retry-After: 2",
      faults: [{ on: "submit", kind: "rate_limited", retry_after: 2, times: 1 }],
      leastMs: 2_000,
    },
    {
      title: "429 without advice",
      faults: [{ on: "submit", kind: "rate_limited", times: 2 }],
      leastMs: 0,
    },
    {
      title: "503 of the API",
      faults: [{ on: "submit", kind: "error", status: 503, times: 3 }],
      leastMs: 0,
    },
  ];
  it.each(faults)("$title is retried and succeeds", async ({ faults: rules, leastMs }) => {
    const { producer, submitCount, acceptedCount } = await start({ emulator: { faults: rules } });
    const { id } = await producer.enqueue(LITE);
    const record = await producer.wait(id, WAIT);
    const refusals = rules[0] !== undefined && "times" in rules[0] ? (rules[0].times ?? 0) : 0;
    expect(record).toMatchObject({ status: "succeeded", attempts: refusals + 1 });
    expect(submitCount()).toBe(refusals + 1);
    expect(acceptedCount()).toBe(1);
    for (const pause of await pausesOf(stack!, id)) expect(pause).toBeGreaterThanOrEqual(leastMs);
  });

  it("a refused connection is retried with growing pauses until the upstream is there", async () => {
    // A port that is known to refuse: bound once and freed.
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));

    const { producer, journal } = await start({ baseUrl: `http://127.0.0.1:${port}` });
    const { id } = await producer.enqueue(LITE);
    const refusals = async (): Promise<number> =>
      (await journal.get(id))?.generation.refusalCount ?? 0;
    await expect.poll(refusals, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    const stored = await journal.get(id);
    expect(stored?.generation).toMatchObject({ lastError: "not_sent", unresolved: [] });
    expect(["queued", "submitting"]).toContain(stored?.generation.status);
    const record = await producer.cancel(id);
    expect(["canceled", "submitting"]).toContain(record.status);
  });
});

describe("an answer that never comes", () => {
  const losses: FaultRule[] = [
    { on: "submit", kind: "reset_after", times: 1 },
    { on: "submit", kind: "reset_before", times: 1 },
    { on: "submit", kind: "truncate", times: 1 },
    { on: "submit", kind: "garbage", times: 1 },
    { on: "submit", kind: "no_task_id", times: 1 },
    { on: "submit", kind: "error_html", status: 502, times: 1 },
    { on: "submit", kind: "hang_after", times: 1 },
  ];

  it.each(losses)(
    "$kind goes unconfirmed and is submitted again after the grace",
    async (fault) => {
      const { producer, submitCount, journal } = await start({ emulator: { faults: [fault] } });
      const { id } = await producer.enqueue(LITE);
      const record = await producer.wait(id, WAIT);
      expect(record).toMatchObject({ status: "succeeded", attempts: 2 });
      expect(submitCount()).toBe(2);
      const stored = await journal.get(id);
      expect(stored?.generation.unresolved).toHaveLength(1);
      const events = (await journal.history(id)).flatMap((e) =>
        e.kind === "event" ? [e.event.type] : [],
      );
      expect(events.slice(0, 4)).toEqual(["begun", "answer_lost", "grace_ended", "begun"]);
    },
  );

  it.each(losses)("$kind is held under hold, with one submit", async (fault) => {
    const { producer, submitCount } = await start({
      emulator: { faults: [fault] },
      rules: { ambiguity: "hold" },
    });
    const { id } = await producer.enqueue(LITE);
    const record = await producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "held", attempts: 1 });
    expect(record.error).toMatchObject({ code: "unconfirmed" });
    expect(submitCount()).toBe(1);
  });

  it("lost answers beyond the paid attempts end in held, and no further submit follows", async () => {
    const { producer, submitCount } = await start({
      emulator: { faults: [{ on: "submit", kind: "reset_after" }] },
      rules: { maxPaidAttempts: 3 },
    });
    const { id } = await producer.enqueue(LITE);
    const record = await producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "held", attempts: 3 });
    expect(submitCount()).toBe(3);
  });

  it("a task id beside an error code is bound: the id is what costs money", async () => {
    const { producer, submitCount } = await start({
      emulator: { faults: [{ on: "submit", kind: "task_id_with_error", status: 500, times: 1 }] },
    });
    const { id } = await producer.enqueue(LITE);
    expect(await producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(submitCount()).toBe(1);
  });
});
