import * as fc from "fast-check";
import { expect, it } from "vitest";
import { readTask } from "./task.ts";

const FIELDS = {
  task_id: "task-1",
  status: "failed",
  progress: 12,
  created_time: "2026-04-19T21:19:42",
  error_message: " no such luck ",
};

const TASK = {
  taskId: "task-1",
  status: "failed",
  progress: 12,
  files: [],
  message: "no such luck",
  createdAt: Date.UTC(2026, 3, 19, 21, 19, 42),
};

it.each([
  ["wrapped", { code: 200, data: FIELDS }],
  ["wrapped without a code", { data: FIELDS }],
  ["bare", FIELDS],
  ["bare beside unrelated data", { ...FIELDS, data: { user: 1 } }],
  ["wrapped beside a bare one, which loses", { ...FIELDS, task_id: "task-2", data: FIELDS }],
])("a %s task is read", (_title, payload) => {
  expect(readTask(payload)).toEqual(TASK);
});

it.each([
  null,
  undefined,
  7,
  "task-1",
  [],
  [FIELDS],
  {},
  { data: null },
  { data: [] },
  { data: {} },
  { status: "error", message: "no" },
  { data: { progress: 5 } },
])("no task is seen in %j", (payload) => {
  expect(readTask(payload)).toBeNull();
});

it("a wrapped status is a task though its id is missing", () => {
  expect(readTask({ data: { status: "running" } })).toEqual({
    taskId: null,
    status: "running",
    progress: null,
    files: [],
    message: null,
    createdAt: null,
  });
});

it("any JSON gives a task with sound fields or null", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, id) => {
      for (const payload of [value, { data: value }, { data: { task_id: id, progress: value } }]) {
        const task = readTask(payload);
        if (task === null) continue;
        expect(task.taskId !== null || task.status !== null).toBe(true);
        expect(task.progress ?? 0).toBeGreaterThanOrEqual(0);
        expect(task.progress ?? 0).toBeLessThanOrEqual(100);
      }
    }),
  );
});
