import { expect, test } from "vitest";

import { addCounts, countLine, countTests, describeGaps } from "./test-count.mjs";

function file(status: "passed" | "failed", ...tests: string[]) {
  return {
    name: "/a.test.ts",
    status,
    assertionResults: tests.map((outcome, index) => ({ fullName: `t${index}`, status: outcome })),
  };
}

test("single tests are counted by how they ended", () => {
  const report = {
    success: false,
    testResults: [file("passed", "passed", "skipped"), file("failed", "passed", "failed", "todo")],
  };
  expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("tests that did not run are named", () => {
  const report = { success: true, testResults: [file("passed", "passed", "pending", "todo")] };
  expect(describeGaps(report, 0)).toEqual(["skipped: t1", "skipped: t2"]);
});

test("a file that could not be loaded is a failure, and is named", () => {
  const report = { success: false, testResults: [file("failed"), file("passed", "passed")] };
  expect(countTests(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(describeGaps(report, 1)).toEqual(["failed outside of a test: /a.test.ts"]);
});

test("an error outside of every test is a failure", () => {
  const report = { success: true, testResults: [file("passed", "passed")] };
  expect(countTests(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(describeGaps(report, 1)).toHaveLength(1);
});

test("a run without a report is a failure even with the exit code 0", () => {
  expect(countTests(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(describeGaps(null, 0)).toHaveLength(1);
});

test("the line mentions skipped tests only when there are any", () => {
  expect(countLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(countLine({ passed: 12, failed: 1, skipped: 3 })).toBe("12 passed, 1 failed, 3 skipped");
});

test("counts of several runs add up", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts(one, { passed: 10, failed: 20, skipped: 30 })).toEqual({
    passed: 11,
    failed: 22,
    skipped: 33,
  });
});
