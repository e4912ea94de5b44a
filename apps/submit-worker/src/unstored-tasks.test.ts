import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Journal } from "@apidot-queue/journal";
import { createLogger } from "@apidot-queue/runtime";
import { expect, it, onTestFinished, vi } from "vitest";

import { openUnstoredTasks } from "./unstored-tasks.ts";

const TIMES = { deadlineMs: 60_000, firstPollMs: 1_000 };
const taskOf = (n: number) => ({
  attempt: { id: `default_01kat5k3v8q2x7m4n9p0r1s2t${n}`, attempt: n, fence: `f${n}` },
  taskId: `task-${n}`,
});

function setup(
  accept: Journal["accept"],
  untilOnDisk: () => Promise<void> = () => Promise.resolve(),
) {
  const folder = mkdtempSync(join(tmpdir(), "apidot-queue-unstored-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ app: "test", destination });
  const accepted = vi.fn<Journal["accept"]>(accept);
  const tasks = openUnstoredTasks("default", logger, folder);
  const disk = { mark: () => 0, until: untilOnDisk };
  const restore = () => tasks.restore({ accept: accepted } as unknown as Journal, TIMES, disk);
  return { folder, file: join(folder, "unstored-default.jsonl"), tasks, restore, accepted, lines };
}

const CHANGED = {
  kind: "changed",
  status: "running",
  isExtra: false,
  isLaneOpened: false,
} as const;
const UNKNOWN = { ...CHANGED, kind: "ignored", reason: "unknown" } as const;

it("what is kept is stored at the next start, once, and the file is put aside", async () => {
  const { tasks, restore, accepted, folder } = setup(() => Promise.resolve(CHANGED));
  tasks.keep(taskOf(1));
  tasks.keep(taskOf(2));
  await restore();
  expect(accepted.mock.calls).toEqual([
    [taskOf(1).attempt, "task-1", TIMES],
    [taskOf(2).attempt, "task-2", TIMES],
  ]);
  await restore();
  expect(accepted).toHaveBeenCalledTimes(2);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^unstored-default\..*\.stored$/)]);
});

it("a line that was cut short is told, and the others are stored", async () => {
  const { tasks, restore, accepted, file, lines } = setup(() => Promise.resolve(CHANGED));
  tasks.keep(taskOf(1));
  appendFileSync(file, '{"id":"default_01kat');
  await restore();
  expect(accepted).toHaveBeenCalledOnce();
  expect(lines.join("")).toContain("cannot be read");
});

it("a task that is kept behind a line that was cut short is stored", async () => {
  const { tasks, restore, accepted, file } = setup(() => Promise.resolve(CHANGED));
  tasks.keep(taskOf(1));
  appendFileSync(file, '{"id":"default_01kat');
  tasks.keep(taskOf(2));
  await restore();
  expect(accepted.mock.calls.map(([, taskId]) => taskId)).toEqual(["task-1", "task-2"]);
});

it("a file that cannot be read is told", async () => {
  const { restore, file, lines } = setup(() => Promise.resolve(CHANGED));
  mkdirSync(file);
  await restore();
  expect(lines.join("")).toContain("cannot be read");
});

it("a task of no generation in this Redis stays where it is", async () => {
  const { tasks, restore, file } = setup(() => Promise.resolve(UNKNOWN));
  tasks.keep(taskOf(1));
  await restore();
  expect(readFileSync(file, "utf8")).toContain("task-1");
});

it("nothing is lost when the journal is away", async () => {
  const { tasks, restore, file } = setup(() => Promise.reject(new Error("away")));
  tasks.keep(taskOf(1));
  await expect(restore()).rejects.toThrow("away");
  expect(readFileSync(file, "utf8")).toContain("task-1");
});

it("a folder that takes nothing is told with the task id, and ends nothing", () => {
  const { lines, file, tasks: first } = setup(() => Promise.resolve(CHANGED));
  first.keep(taskOf(2));
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ app: "test", destination });
  // A file stands where the folder should be.
  openUnstoredTasks("default", logger, file).keep(taskOf(1));
  expect(lines.join("")).toContain("task lost");
  expect(lines.join("")).toContain("task-1");
});

it("the file is not put aside before what it held is on disk", async () => {
  let isOnDisk = false;
  const { tasks, restore, file, folder } = setup(
    () => Promise.resolve(CHANGED),
    () => (isOnDisk ? Promise.resolve() : Promise.reject(new Error("not on disk"))),
  );
  tasks.keep(taskOf(1));
  await expect(restore()).rejects.toThrow("not on disk");
  expect(readFileSync(file, "utf8")).toContain("task-1");
  isOnDisk = true;
  await restore();
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.stored$/)]);
});

it("one that another process adds meanwhile is stored as well", async () => {
  const { tasks, restore, accepted } = setup(() => {
    if (accepted.mock.calls.length === 1) tasks.keep(taskOf(2));
    return Promise.resolve(CHANGED);
  });
  tasks.keep(taskOf(1));
  await restore();
  expect(new Set(accepted.mock.calls.map(([, taskId]) => taskId))).toEqual(
    new Set(["task-1", "task-2"]),
  );
});
