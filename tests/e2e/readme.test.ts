import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { testRedisUrl } from "@apidot-queue/testkit";
import { expect, it, onTestFinished } from "vitest";

import { ROOT, startNode } from "./node-process.ts";
import { startStack } from "./stack.ts";

it("the producer's example in README.md runs as it stands", async () => {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  expect(blocks).toHaveLength(1);
  const [example = ""] = blocks;
  const stack = await startStack();
  onTestFinished(() => stack.stop());
  // Beside the example, where the producer is installed; the lane is all that a test adds.
  const folder = await mkdtemp(join(ROOT, "examples", "enqueue-and-wait", "readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const connected = example.replace(
    "redis: process.env.REDIS_URL",
    "redis: process.env.REDIS_URL, lane: process.env.LANE",
  );
  expect(connected).not.toBe(example);
  await writeFile(join(folder, "index.mjs"), connected);
  const program = startNode(join(folder, "index.mjs"), {
    REDIS_URL: testRedisUrl(),
    LANE: stack.lane,
  });
  expect(await program.ended, program.output()).toEqual({ code: 0, signal: null });
  expect(program.output()).toMatch(/^succeeded \[\n? *\{\n? *url: '\S+\.mp4'/);
  expect(stack.submitCount()).toBe(1);
});
