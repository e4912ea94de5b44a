import type { FaultRule } from "@apidot-queue/emulator";
import type { GenerationRecord } from "@apidot-queue/producer";
import { describe, it, type TestContext } from "vitest";

import { startStack, type Stack, type StackOptions } from "./stack.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const WAIT = { timeoutMs: 60_000 };
/** A life of 9 ms: whatever the first poll finds, the task is over by the second. */
const AT_ONCE = 5_000;
/** A life of about 3 s. */
const SLOWLY = 15;

async function start(options: StackOptions, { onTestFinished }: TestContext): Promise<Stack> {
  const stack = await startStack(options);
  onTestFinished(() => stack.stop());
  return stack;
}

interface FaultCount {
  /** Calls that the rule looked at. */
  readonly matched: number;
  readonly struck: number;
}

async function faultCounts({ emulator }: Stack): Promise<FaultCount[]> {
  const answer = await fetch(`${emulator.url}/emulator/faults`);
  return ((await answer.json()) as { faults: FaultCount[] }).faults;
}

/** The changes of a generation; a poll that changes nothing is not among them. */
async function changes({ journal }: Stack, id: string): Promise<string[]> {
  return (await journal.history(id)).flatMap((e) => (e.kind === "event" ? [e.event.type] : []));
}

/** Milliseconds of the journal's clock from the acceptance to the last change. */
async function sinceAccepted({ journal }: Stack, id: string): Promise<number> {
  const entries = await journal.history(id);
  const accepted = entries.find((e) => e.kind === "event" && e.event.type === "accepted");
  return (entries.at(-1)?.at ?? 0) - (accepted?.at ?? Number.NaN);
}

async function untilRunning({ producer }: Stack, id: string): Promise<GenerationRecord> {
  for (;;) {
    const record = await producer.get(id);
    if (record.status !== "queued" && record.status !== "submitting") return record;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.concurrent("a status call that says nothing about the task", () => {
  // Three calls make one poll where quick retries help, so that seven take at least three polls.
  const cases: { title: string; fault: FaultRule & { times: number } }[] = [
    { title: "401", fault: { on: "status", kind: "error", status: 401, times: 2 } },
    { title: "402", fault: { on: "status", kind: "error", status: 402, times: 2 } },
    { title: "403", fault: { on: "status", kind: "error", status: 403, times: 2 } },
    {
      title: "429 with Retry-After",
      fault: { on: "status", kind: "rate_limited", retry_after: 1, times: 2 },
    },
    { title: "429 without advice", fault: { on: "status", kind: "rate_limited", times: 3 } },
    { title: "500 of the API", fault: { on: "status", kind: "error", status: 500, times: 7 } },
    { title: "503 of the API", fault: { on: "status", kind: "error", status: 503, times: 7 } },
    {
      title: "503 with Retry-After",
      fault: { on: "status", kind: "error", status: 503, retry_after: 1, times: 2 },
    },
    { title: "502 as a page", fault: { on: "status", kind: "error_html", status: 502, times: 7 } },
    { title: "a reset", fault: { on: "status", kind: "reset_after", times: 7 } },
    { title: "a reset before", fault: { on: "status", kind: "reset_before", times: 7 } },
    { title: "half an answer", fault: { on: "status", kind: "truncate", times: 7 } },
    { title: "garbage", fault: { on: "status", kind: "garbage", times: 7 } },
    { title: "silence", fault: { on: "status", kind: "hang_before", times: 4 } },
    { title: "an endless answer", fault: { on: "status", kind: "huge", times: 4 } },
    { title: "a redirect", fault: { on: "status", kind: "redirect", times: 7 } },
    { title: "an unknown status", fault: { on: "status", kind: "unknown_status", times: 5 } },
    {
      title: "401 in a 200",
      fault: { on: "status", kind: "error_in_200", status: 401, times: 1 },
    },
    {
      title: "500 in a 200",
      fault: { on: "status", kind: "error_in_200", status: 500, times: 7 },
    },
    { title: "404 for a while", fault: { on: "status", kind: "error", status: 404, times: 4 } },
    { title: "400 for a while", fault: { on: "status", kind: "error", status: 400, times: 2 } },
  ];

  it.for(cases)("$title is asked again, and the generation succeeds", async ({ fault }, test) => {
    const { expect } = test;
    const stack = await start({ emulator: { speed: AT_ONCE, faults: [fault] } }, test);
    const { id } = await stack.producer.enqueue(LITE);
    const record = await stack.producer.wait(id, WAIT);

    expect(record).toMatchObject({ status: "succeeded", attempts: 1, error: null });
    expect(record.files).toMatchObject([{ type: "video" }]);
    const [count] = await faultCounts(stack);
    expect(count).toEqual({ matched: fault.times + 1, struck: fault.times, rule: fault });
    expect(stack.submitCount()).toBe(1);
    expect(await changes(stack, id)).toEqual(["begun", "accepted", "finished"]);
  });

  it("Retry-After is waited for", async (test) => {
    const { expect } = test;
    const faults: FaultRule[] = [
      { on: "status", kind: "rate_limited", retry_after: 2, times: 1 },
      { on: "status", kind: "error", status: 503, retry_after: 1, times: 1 },
    ];
    const stack = await start({ emulator: { speed: AT_ONCE, faults } }, test);
    const { id } = await stack.producer.enqueue(LITE);
    expect(await stack.producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(await sinceAccepted(stack, id)).toBeGreaterThanOrEqual(3_000);
  });

  it("a refused account never ends a running generation, not even past its deadline", async (test) => {
    const { expect } = test;
    const stack = await start(
      {
        emulator: {
          speed: AT_ONCE,
          faults: [{ on: "status", kind: "error", status: 402, times: 1 }],
        },
        rules: { generationDeadlineMs: 1 },
      },
      test,
    );
    const { id } = await stack.producer.enqueue(LITE);
    expect(await stack.producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 1 });
  });
});

describe.concurrent("an answer of another shape", () => {
  it.for<FaultRule>([
    { on: "status", kind: "files_top" },
    { on: "status", kind: "no_progress" },
    { on: "status", kind: "code_zero" },
    { on: "status", kind: "no_code" },
    { on: "status", kind: "no_task_id" },
  ])("$kind is understood", async (fault, test) => {
    const { expect } = test;
    const stack = await start({ emulator: { faults: [fault] } }, test);
    const { id } = await stack.producer.enqueue(LITE);
    const record = await stack.producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(record.files).toEqual([
      { url: `${stack.emulator.url}/files/${record.task?.id}.mp4`, type: "video" },
    ]);
    expect(stack.submitCount()).toBe(1);
  });
});

describe.concurrent("while it runs", () => {
  it("progress is recorded and never falls, and a poll is never an attempt", async (test) => {
    const { expect } = test;
    const stack = await start({ emulator: { speed: SLOWLY } }, test);
    const { id } = await stack.producer.enqueue(LITE);
    const seen: number[] = [];
    for (;;) {
      const { status, task, attempts } = await stack.producer.get(id);
      if (status === "succeeded") break;
      if (status === "running") {
        expect(attempts).toBe(1);
        if (typeof task?.progress === "number") seen.push(task.progress);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.filter((progress) => progress > 0 && progress < 100)).not.toEqual([]);
    const stored = await stack.journal.get(id);
    expect(stored?.polls.pollCount).toBeGreaterThan(1);
    expect(stored?.generation).toMatchObject({ status: "succeeded", attempt: 1, unresolved: [] });
    expect(stack.submitCount()).toBe(1);
    expect(await changes(stack, id)).toEqual(["begun", "accepted", "finished"]);
  });

  it("without a progress from upstream none is made up", async (test) => {
    const { expect } = test;
    const stack = await start(
      { emulator: { speed: SLOWLY, faults: [{ on: "status", kind: "no_progress" }] } },
      test,
    );
    const { id } = await stack.producer.enqueue(LITE);
    await expect
      .poll(async () => (await stack.producer.get(id)).task?.status, { timeout: 10_000 })
      .toBe("running");
    expect((await stack.producer.get(id)).task?.progress).toBeNull();
    expect(await stack.producer.wait(id, WAIT)).toMatchObject({ status: "succeeded" });
  });

  it("a cancel is noted, and the generation is canceled when its task ends", async (test) => {
    const { expect } = test;
    const stack = await start({ emulator: { speed: SLOWLY } }, test);
    const { id } = await stack.producer.enqueue(LITE);
    expect(await untilRunning(stack, id)).toMatchObject({ status: "running" });
    const asked = await stack.producer.cancel(id);
    expect(asked).toMatchObject({ status: "running", settledAt: null });
    expect(asked.cancelRequestedAt).toBeInstanceOf(Date);

    const record = await stack.producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "canceled", attempts: 1, error: null });
    expect(record.cancelRequestedAt).toEqual(asked.cancelRequestedAt);
    expect(record.task?.id).toBe(asked.task?.id);
    expect(await changes(stack, id)).toEqual(["begun", "accepted", "cancel_requested", "finished"]);
    const ended = stack.emulator.ledger().filter(({ event }) => event === "settled");
    expect(ended).toMatchObject([{ task_id: record.task?.id, code: 200 }]);
    expect(stack.submitCount()).toBe(1);
  });

  it("a canceled task that fails or times out is canceled too", async (test) => {
    const { expect } = test;
    const failing = await start(
      { emulator: { speed: SLOWLY, faults: [{ on: "submit", kind: "fail_task" }] } },
      test,
    );
    const stuck = await start(
      {
        emulator: { faults: [{ on: "submit", kind: "stuck" }] },
        rules: { generationDeadlineMs: 2_000 },
      },
      test,
    );
    for (const stack of [failing, stuck]) {
      const { id } = await stack.producer.enqueue(LITE);
      await untilRunning(stack, id);
      expect(await stack.producer.cancel(id)).toMatchObject({ status: "running" });
      expect(await stack.producer.wait(id, WAIT)).toMatchObject({
        status: "canceled",
        error: null,
      });
    }
  });
});

describe.concurrent("a task that ends badly", () => {
  it("fails with the upstream's own words, and the same request may be tried again", async (test) => {
    const { expect } = test;
    const message = "content policy: the model declined this scene";
    const stack = await start(
      { emulator: { faults: [{ on: "submit", kind: "fail_task", error_message: message }] } },
      test,
    );
    const { id } = await stack.producer.enqueue(LITE);
    const record = await stack.producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "failed", attempts: 1, files: [] });
    expect(record.error).toEqual({ code: "generation_failed", message, retryable: true });
    expect(record.task?.status).toBe("failed");
    expect(stack.submitCount()).toBe(1);
  });

  it("fails with the meaning of the code when the upstream gives no reason", async (test) => {
    const { expect } = test;
    const stack = await start(
      { emulator: { faults: [{ on: "submit", kind: "fail_task", error_message: null }] } },
      test,
    );
    const { id } = await stack.producer.enqueue(LITE);
    const { error } = await stack.producer.wait(id, WAIT);
    expect(error?.code).toBe("generation_failed");
    expect(error?.message).toMatch(/\w/);
  });

  it("a task that never ends times out at its deadline and is not submitted again", async (test) => {
    const { expect } = test;
    const stack = await start(
      {
        emulator: { faults: [{ on: "submit", kind: "stuck" }] },
        rules: { generationDeadlineMs: 1_500 },
      },
      test,
    );
    const { id } = await stack.producer.enqueue(LITE);
    const record = await stack.producer.wait(id, WAIT);
    expect(record).toMatchObject({ status: "failed", attempts: 1 });
    expect(record.error).toMatchObject({ code: "timed_out", retryable: true });
    expect(record.task?.id).toMatch(/^task-/);
    expect(await sinceAccepted(stack, id)).toBeGreaterThanOrEqual(1_500);
    expect(stack.submitCount()).toBe(1);
  });
});

describe.concurrent("a task that the upstream denies", () => {
  const never = { count: 1_000, durationMs: 0 };
  const unknown: FaultRule = { on: "status", kind: "not_found_for", ms: 86_400_000 };
  const rejected: FaultRule = { on: "status", kind: "error", status: 400 };
  const cases = [
    { title: "404 for ever", fault: unknown, limit: "notFound", code: "task_not_found" },
    { title: "400 for ever", fault: rejected, limit: "rejected", code: "status_rejected" },
  ] as const;

  it.for(cases)(
    "$title is held as $code after so many answers and no fewer",
    async ({ fault, limit, code }, test) => {
      const { expect } = test;
      const doubt = { notFound: never, rejected: never, [limit]: { count: 4, durationMs: 0 } };
      const stack = await start({ emulator: { faults: [fault] }, doubt }, test);
      const { id } = await stack.producer.enqueue(LITE);
      const record = await stack.producer.wait(id, WAIT);
      expect(record).toMatchObject({ status: "held", attempts: 1, settledAt: null });
      expect(record.error).toMatchObject({ code, retryable: true });
      expect(record.task?.id).toMatch(/^task-/);
      expect(await changes(stack, id)).toEqual(["begun", "accepted", "untraceable"]);
      expect(await faultCounts(stack)).toMatchObject([{ struck: 4 }]);
      // A held generation is a person's: more rounds of the rescuer neither ask nor submit again.
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(await faultCounts(stack)).toMatchObject([{ struck: 4 }]);
      expect(stack.submitCount()).toBe(1);
    },
  );

  it.for(cases)(
    "$title is held as $code after so long and no sooner",
    async ({ fault, limit, code }, test) => {
      const { expect } = test;
      const doubt = { notFound: never, rejected: never, [limit]: { count: 2, durationMs: 2_000 } };
      const stack = await start({ emulator: { faults: [fault] }, doubt }, test);
      const { id } = await stack.producer.enqueue(LITE);
      expect(await stack.producer.wait(id, WAIT)).toMatchObject({
        status: "held",
        error: { code },
      });
      expect(await sinceAccepted(stack, id)).toBeGreaterThanOrEqual(2_000);
      expect(stack.submitCount()).toBe(1);
    },
  );

  it("404 for a while is lag: one answer that knows the task ends the doubt", async (test) => {
    const { expect } = test;
    const faults: FaultRule[] = [
      { on: "status", kind: "not_found_for", calls: 3 },
      { on: "status", kind: "unknown_status", times: 1 },
      { on: "status", kind: "error", status: 404, skip: 1, times: 3 },
    ];
    const doubt = { notFound: { count: 4, durationMs: 0 }, rejected: never };
    const stack = await start({ emulator: { speed: AT_ONCE, faults }, doubt }, test);
    const { id } = await stack.producer.enqueue(LITE);
    expect(await stack.producer.wait(id, WAIT)).toMatchObject({ status: "succeeded", attempts: 1 });
    const struck = (await faultCounts(stack)).map((count) => count.struck);
    expect(struck).toEqual([3, 1, 3]);
    expect(stack.submitCount()).toBe(1);
  });
});
