import { afterEach, expect, test, vi } from "vitest";

import { recordingLogger } from "../../test/recording-logger.ts";
import { createStopSteps, StopError } from "./stop-steps.ts";

afterEach(() => {
  vi.useRealTimers();
});

function setup() {
  const { logger, lines } = recordingLogger();
  const done: string[] = [];
  return { ...createStopSteps(logger), lines, done };
}

test("steps run one after the other, in the order in which they were added", async () => {
  const { onStop, stop, done, lines } = setup();
  onStop("worker", 1_000, async () => {
    await Promise.resolve();
    done.push("worker");
  });
  onStop("redis", 1_000, () => void done.push("redis"));
  await stop();
  expect(done).toEqual(["worker", "redis"]);
  expect(lines()).toEqual([]);
});

test("a step that fails does not keep the next ones from running", async () => {
  const { onStop, stop, done, lines } = setup();
  onStop("worker", 1_000, () => Promise.reject(new Error("broken")));
  onStop("server", 1_000, () => {
    throw new Error("broken too");
  });
  onStop("redis", 1_000, () => void done.push("redis"));
  await expect(stop()).rejects.toEqual(new StopError(["worker", "server"]));
  expect(done).toEqual(["redis"]);
  expect(lines()).toMatchObject([
    { msg: "stop step failed", step: "worker", error: { message: "broken" } },
    { msg: "stop step failed", step: "server", error: { message: "broken too" } },
  ]);
});

test("a step that hangs is left behind at its limit", async () => {
  vi.useFakeTimers();
  const { onStop, stop, done, lines } = setup();
  onStop("worker", 60_000, () => new Promise(() => undefined));
  onStop("redis", 1_000, () => void done.push("redis"));
  const stopped = stop().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(done).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await stopped).toEqual(new StopError(["worker"]));
  expect(done).toEqual(["redis"]);
  expect(lines()).toMatchObject([
    { msg: "stop step took too long", step: "worker", limitMs: 60_000 },
  ]);
});

test("stopping twice runs the steps once", async () => {
  const { onStop, stop, done } = setup();
  onStop("redis", 1_000, () => void done.push("redis"));
  await Promise.all([stop(), stop()]);
  await stop();
  expect(done).toEqual(["redis"]);
});
