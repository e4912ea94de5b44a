/**
 * @typedef {{ passed: number, failed: number, skipped: number }} TestCount
 * @typedef {{ name: string, status: string, message?: string, assertionResults: { fullName: string, status: string }[] }} TestFile
 * @typedef {{ success: boolean, testResults: TestFile[] }} VitestReport
 */

/**
 * Counts single tests. What failed outside of a test counts as one failure each: a file that could
 * not be loaded, a run that ended without a report, an error that no test caught.
 *
 * @param {VitestReport | null} report - vitest's JSON report; null when there is none
 * @param {number} code - vitest's exit code
 * @returns {TestCount}
 */
export function countTests(report, code) {
  const statuses = (report?.testResults ?? []).flatMap((file) =>
    file.assertionResults.map((test) => test.status),
  );
  const passed = statuses.filter((status) => status === "passed").length;
  const failedTests = statuses.filter((status) => status === "failed").length;
  const failed = failedTests + brokenFiles(report).length;
  const isUnexplained = failed === 0 && (code !== 0 || report === null || !report.success);
  return {
    passed,
    failed: failed + (isUnexplained ? 1 : 0),
    skipped: statuses.length - passed - failedTests,
  };
}

/**
 * Lines about everything that the plain count does not say: tests that did not run, by name, and
 * failures outside of tests.
 *
 * @param {VitestReport | null} report
 * @param {number} code
 * @returns {string[]}
 */
export function describeGaps(report, code) {
  if (report === null) return [`vitest ended with code ${code} and wrote no report`];
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status !== "passed" && test.status !== "failed")
      .map((test) => `skipped: ${test.fullName}`),
  );
  const broken = brokenFiles(report).map((file) => `failed outside of a test: ${file.name}`);
  const { failed } = countTests(report, code);
  const hasFailure = report.testResults.some((file) => file.status === "failed");
  const isUnexplained = failed > 0 && !hasFailure;
  return [
    ...skipped,
    ...broken,
    ...(isUnexplained ? [`vitest ended with code ${code} for a reason outside of any test`] : []),
  ];
}

/**
 * @param {TestCount} one
 * @param {TestCount} other
 * @returns {TestCount}
 */
export function addCounts(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/**
 * @param {TestCount} count
 * @returns {string} such as "12 passed, 0 failed"; skipped ones only when there are any
 */
export function countLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

function brokenFiles(report) {
  return (report?.testResults ?? []).filter(
    (file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
}
