import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { runSteps } from "./steps.mjs";

type Steps = Parameters<typeof runSteps>[0];

const ok = { failure: null };
const failed = { failure: "all of its words\n" };

/** Runs steps and gives back what was printed, with the durations blotted out. */
async function outcomeOf(steps: Steps) {
  const printed: string[] = [];
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  const total = await runSteps(steps, (text) => printed.push(text), stream);
  return { total, printed: printed.map((text) => text.replace(/ [ \d.]{6} s/, " T")) };
}

test("each step has one line, and a failure is told in full behind the last", async () => {
  const { printed, total } = await outcomeOf([
    { name: "format", check: async () => ok },
    { name: "lint", check: async () => failed },
    { name: "tests", check: async () => ({ ...ok, remark: "3 passed" }) },
  ]);
  expect(printed).toEqual([
    "ok      format T",
    "FAILED  lint   T",
    "ok      tests  T  3 passed",
    "\n──── lint ────\nall of its words",
  ]);
  expect(total).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("nothing is run behind a vital step that failed", async () => {
  const { printed } = await outcomeOf([
    { name: "set-up", check: async () => failed, isVital: true },
    { name: "tests", check: () => Promise.reject(new Error("must not run")) },
  ]);
  expect(printed).toEqual(["FAILED  set-up T", "\n──── set-up ────\nall of its words"]);
});

test("tests are counted over all steps, and a failed step with tests counts by its tests", async () => {
  const { total } = await outcomeOf([
    { name: "a", check: async () => ({ ...ok, count: { passed: 2, failed: 0, skipped: 1 } }) },
    { name: "b", check: async () => ({ ...failed, count: { passed: 3, failed: 2, skipped: 0 } }) },
  ]);
  expect(total).toEqual({ passed: 5, failed: 2, skipped: 1 });
});

test("what a step throws is its failure: for people as a message, else with its stack", async () => {
  const forPeople = Object.assign(new Error("no network"), { name: "SetUpError" });
  const { printed, total } = await outcomeOf([
    { name: "a", check: () => Promise.reject(forPeople) },
    { name: "b", check: () => Promise.reject(new TypeError("a mistake")) },
  ]);
  expect(printed[2]).toBe("\n──── a ────\nno network");
  expect(printed[3]).toMatch(/^\n──── b ────\nTypeError: a mistake\n +at /);
  expect(total.failed).toBe(2);
});
