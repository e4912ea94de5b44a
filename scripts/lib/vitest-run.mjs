import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { CACHE_DIR, ROOT } from "./paths.mjs";
import { withNodeFirst } from "./newest-node.mjs";
import { run } from "./run.mjs";
import { countLine, countTests, describeGaps } from "./test-count.mjs";

/**
 * Runs vitest and prints nothing: what failed is in the finding.
 *
 * @param {readonly string[]} args
 * @param {{ node?: string, say?: (line: string) => void }} [options] - the Node that runs it, our
 *   own unless given
 * @returns {Promise<import("./steps.mjs").Finding>}
 */
export async function runVitest(args, { node = process.execPath, say } = {}) {
  mkdirSync(CACHE_DIR, { recursive: true });
  const reportFile = join(CACHE_DIR, "vitest.json");
  rmSync(reportFile, { force: true });
  const { code, output } = await run(
    node,
    [
      join(ROOT, "node_modules", "vitest", "vitest.mjs"),
      "run",
      "--reporter=minimal",
      "--reporter=json",
      `--outputFile.json=${reportFile}`,
      // A forgotten .only would skip all other tests of its file.
      "--allowOnly=false",
      ...args,
    ],
    { env: withNodeFirst(node), say },
  );
  const report = readReport(reportFile);
  const count = countTests(report, code);
  const gaps = describeGaps(report, code);
  return {
    failure: count.failed === 0 ? null : [output.trim(), ...gaps].join("\n"),
    count,
    remark: [countLine(count), ...(count.failed === 0 ? gaps : [])].join(", "),
  };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
