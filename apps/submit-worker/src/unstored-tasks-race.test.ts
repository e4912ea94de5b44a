import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Journal } from "@apidot-queue/journal";
import { createLogger } from "@apidot-queue/runtime";
import { expect, it, onTestFinished, vi } from "vitest";

import { openUnstoredTasks } from "./unstored-tasks.ts";

/** What another process does just before this one's next step. */
const before = vi.hoisted(() => ({ write: () => {}, rename: () => {} }));

vi.mock(import("node:fs"), async (importOriginal) => {
  const real = await importOriginal();
  const once = (step: keyof typeof before): void => {
    const act = before[step];
    before[step] = () => {};
    act();
  };
  return {
    ...real,
    writeFileSync: (...args: Parameters<typeof real.writeFileSync>) => {
      once("write");
      real.writeFileSync(...args);
    },
    renameSync: (...args: Parameters<typeof real.renameSync>) => {
      once("rename");
      real.renameSync(...args);
    },
  };
});

const TIMES = { deadlineMs: 60_000, firstPollMs: 1_000 };
const CHANGED = {
  kind: "changed",
  status: "running",
  isExtra: false,
  isLaneOpened: false,
} as const;
const taskOf = (n: number) => ({
  attempt: { id: `default_01kat5k3v8q2x7m4n9p0r1s2t${n}`, attempt: n, fence: `f${n}` },
  taskId: `task-${n}`,
});

function setup() {
  const folder = fs.mkdtempSync(join(tmpdir(), "apidot-queue-unstored-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  const logger = createLogger({ app: "test", level: "silent" });
  const stored: string[] = [];
  const accept: Journal["accept"] = (_, taskId) => {
    stored.push(taskId);
    return Promise.resolve(CHANGED);
  };
  const tasks = openUnstoredTasks("default", logger, folder);
  const disk = { mark: () => 0, until: () => Promise.resolve() };
  const restore = () => tasks.restore({ accept } as unknown as Journal, TIMES, disk);
  return { file: join(folder, "unstored-default.jsonl"), tasks, restore, stored };
}

it("what is written while another process puts the file aside is kept in the next one", async () => {
  const { file, tasks, restore, stored } = setup();
  tasks.keep(taskOf(1));
  before.write = () => fs.renameSync(file, `${file}.stored`);
  tasks.keep(taskOf(2));
  await restore();
  expect(stored).toEqual(["task-2"]);
});

it("what is written between the last look and the putting aside is stored all the same", async () => {
  const { tasks, restore, stored } = setup();
  tasks.keep(taskOf(1));
  before.rename = () => tasks.keep(taskOf(2));
  await restore();
  expect(stored).toContain("task-2");
});
