import { testRedisUrl } from "@apidot-queue/testkit";
import { expect, it, onTestFinished } from "vitest";

import { startNode } from "./node-process.ts";
import { startStack } from "./stack.ts";

it("the example enqueues a video, waits for it and prints where its file is", async () => {
  const stack = await startStack();
  onTestFinished(() => stack.stop());
  const program = startNode("examples/enqueue-and-wait/index.mjs", {
    REDIS_URL: testRedisUrl(),
    LANE: stack.lane,
  });
  expect(await program.ended, program.output()).toEqual({ code: 0, signal: null });
  expect(program.errorOutput()).toBe("");
  const [task] = stack.emulator.ledger().filter(({ event }) => event === "accepted");
  expect(program.output()).toBe(
    `succeeded ${stack.emulator.url}/files/${task?.task_id ?? "no task"}.mp4\n`,
  );
  expect(stack.submitCount()).toBe(1);
});
