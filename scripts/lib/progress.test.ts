import { PassThrough } from "node:stream";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { showProgress } from "./progress.mjs";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval", "performance"],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stream that gathers what is written, as a terminal of 40 columns or as a pipe. */
function stream(isTTY: boolean) {
  const pipe = Object.assign(new PassThrough(), { isTTY, columns: 40 }).setEncoding("utf8");
  return {
    target: pipe as unknown as NodeJS.WriteStream,
    written: () => String(pipe.read() ?? ""),
  };
}

test("what ends within a second leaves no trace", async () => {
  const { target, written } = stream(false);
  const task = showProgress("building", () => sleep(900), { stream: target });
  await vi.advanceTimersByTimeAsync(900);
  await task;
  expect(written()).toBe("");
});

test("without a terminal, plain lines say that it goes on, and the last one how long it took", async () => {
  const { target, written } = stream(false);
  const task = showProgress("installing", () => sleep(22_000), { stream: target });
  await vi.advanceTimersByTimeAsync(22_000);
  await task;
  expect(written()).toBe(
    "installing … 1 s\ninstalling … 11 s\ninstalling … 21 s\ninstalling: done in 22.0 s\n",
  );
});

test("on a terminal one line changes, and never wraps", async () => {
  const { target, written } = stream(true);
  const task = showProgress(
    "installing",
    (say) => {
      say("a detail that is far too long for this terminal");
      return sleep(1_400);
    },
    { stream: target },
  );
  await vi.advanceTimersByTimeAsync(1_400);
  await task;
  const lines = written().split("\r\u001B[2K");
  expect(lines.slice(1)).toEqual([
    "installing … 1 s  a detail that is far ",
    "installing … 1 s  a detail that is far ",
    "installing: done in 1.4 s\n",
  ]);
});

test("who has a line of its own for the end gets none here", async () => {
  const { target, written } = stream(false);
  const options = { stream: target, quietMs: 50_000, plainTickMs: 60_000, saysEnd: false };
  const task = showProgress("tests", () => sleep(115_000), options);
  await vi.advanceTimersByTimeAsync(115_000);
  await task;
  expect(written()).toBe("tests … 50 s\ntests … 110 s\n");
});

test("a failure is passed on and shown as one", async () => {
  const { target, written } = stream(false);
  const failure = new Error("no network");
  const task = showProgress(
    "installing",
    () =>
      sleep(2_000).then(() => {
        throw failure;
      }),
    { stream: target },
  );
  const outcome = expect(task).rejects.toBe(failure);
  await vi.advanceTimersByTimeAsync(2_000);
  await outcome;
  expect(written()).toContain("installing: failed after 2.0 s\n");
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
