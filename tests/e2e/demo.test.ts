import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { startNode } from "./node-process.ts";
import { processesWith } from "./processes-with.ts";

/** The shapes in the order of the demo. */
const SHAPES = [
  ["veo3.1-lite", "text"],
  ["veo3.1-fast", "text"],
  ["veo3.1-fast", "frame"],
  ["veo3.1-fast", "reference"],
  ["veo3.1-quality", "text"],
  ["veo3.1-quality", "frame"],
] as const;

/** Starts the demo with nothing in its surroundings but `env` and a temporary folder of its own. */
async function startDemo(env: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "apidot-queue-demo-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const marker = randomBytes(12).toString("hex");
  const demo = startNode("apps/standalone/dist/demo/main.js", {
    ...env,
    TMPDIR: folder,
    DEMO_TEST: marker,
  });
  await demo.printed(/A private Redis/);
  // The demo, its Redis, and the Redis's keeper are found, so that finding none means something.
  expect((await processesWith(marker)).length).toBeGreaterThanOrEqual(3);
  const expectNothingLeft = async (): Promise<void> => {
    // The keeper ends a moment after the server that it kept.
    await expect.poll(() => processesWith(marker), { timeout: 15_000 }).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  };
  return { demo, expectNothingLeft };
}

/** @returns what the demo printed. */
async function runDemo(env: Readonly<Record<string, string>>): Promise<string> {
  const { demo, expectNothingLeft } = await startDemo(env);
  expect(await demo.ended, demo.output()).toEqual({ code: 0, signal: null });
  expect(demo.errorOutput()).toBe("");
  await expectNothingLeft();
  return demo.output();
}

it("the demo shows six generations on their way, a table of results, and leaves nothing behind", async () => {
  const output = await runDemo({});
  const lines = output.split("\n");
  const paths = lines.filter((line) => line.endsWith("succeeded"));
  expect(paths).toHaveLength(SHAPES.length);
  for (const path of paths) {
    expect(path).toMatch(/ {2}queued → submitting → running → succeeded$/);
  }

  const heading = lines.findIndex((line) => /^id +model +mode +task id +status/.test(line));
  expect(lines[heading]).toMatch(/time +credits +file$/);
  const rows = lines.slice(heading + 2, heading + 2 + SHAPES.length);
  for (const [index, [model, mode]] of SHAPES.entries()) {
    const cells = (rows[index] ?? "").split(/ {2,}/);
    expect(cells).toEqual([
      expect.stringMatching(/^emulator_[0-9a-z]{26}$/),
      model,
      mode,
      expect.stringMatching(/^task-/),
      "succeeded",
      expect.stringMatching(/^\d+\.\d s$/),
      expect.stringMatching(/^\d+$/),
      expect.stringMatching(/\.mp4$/),
    ]);
  }
  const taskIds = rows.map((row) => row.split(/ {2,}/)[3]);
  expect(new Set(taskIds).size).toBe(SHAPES.length);
});

it("the demo ignores a key, a Redis and settings of its surroundings", async () => {
  const output = await runDemo({
    REDIS_URL: "nonsense",
    APIDOT_API_KEY: "no key",
    APIDOT_BASE_URL: "nonsense",
    PORT: "nonsense",
    EMULATOR_FAULTS: "nonsense",
    POLL_BASE_MS: "nonsense",
  });
  expect(output.match(/→ succeeded$/gm)).toHaveLength(SHAPES.length);
});

it("a demo that is cut off leaves nothing behind either", async () => {
  const { demo, expectNothingLeft } = await startDemo({});
  await demo.printed(/running/);
  await demo.end("SIGKILL");
  await expectNothingLeft();
});
