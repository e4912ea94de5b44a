import { seconds, showProgress } from "./progress.mjs";
import { addCounts } from "./test-count.mjs";

/**
 * What one step found.
 *
 * @typedef {object} Finding
 * @property {string | null} failure everything that a person has to see of it; null when it passed
 * @property {import("./test-count.mjs").TestCount} [count] of the tests that it ran
 * @property {string} [remark] stands behind the step's line
 */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {(say: (detail: string) => void) => Promise<Finding>} check
 * @property {boolean} [isVital] whether its failure leaves nothing worth knowing about the rest
 * @property {boolean} [showsProgress] whether it tells itself that it is under way
 */

/** Long steps run for minutes: fewer lines where each of them stays. */
const PLAIN_TICK_MS = 60_000;

/**
 * Runs the steps in order, one line each as it ends, and the failures in full behind the last. A
 * failed step that ran no tests counts as one failure.
 *
 * @param {readonly Step[]} steps
 * @param {(text: string) => void} print
 * @param {NodeJS.WriteStream} [stream] - shows that a step is under way
 * @returns {Promise<import("./test-count.mjs").TestCount>}
 */
export async function runSteps(steps, print, stream = process.stderr) {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const failures = [];
  let total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, check, isVital, showsProgress } of steps) {
    const startedAt = performance.now();
    const finding = showsProgress
      ? await findingOf(check, () => undefined)
      : await showProgress(name, (say) => findingOf(check, say), {
          stream,
          ...(stream.isTTY ? {} : { quietMs: PLAIN_TICK_MS }),
          plainTickMs: PLAIN_TICK_MS,
          saysEnd: false,
        });
    const took = seconds(performance.now() - startedAt).padStart(8);
    const isOk = finding.failure === null;
    const remark = finding.remark === undefined ? "" : `  ${finding.remark}`;
    print(`${isOk ? "ok    " : "FAILED"}  ${name.padEnd(width)} ${took}${remark}`);
    total = addCounts(total, finding.count ?? { passed: 0, failed: isOk ? 0 : 1, skipped: 0 });
    if (isOk) continue;
    failures.push({ name, text: finding.failure.trimEnd() });
    if (isVital) break;
  }
  for (const { name, text } of failures) print(`\n──── ${name} ────\n${text}`);
  return total;
}

async function findingOf(check, say) {
  try {
    return await check(say);
  } catch (error) {
    const isForPeople = error instanceof Error && error.name === "SetUpError";
    return { failure: isForPeople ? error.message : String(error?.stack ?? error) };
  }
}
