import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { TSC } from "./lib/build.mjs";
import { ROOT } from "./lib/paths.mjs";
import { seconds, showProgress } from "./lib/progress.mjs";
import { run, runVisibly } from "./lib/run.mjs";
import { printError } from "./lib/set-up-error.mjs";
import { countLine, countTests, describeGaps } from "./lib/test-count.mjs";
import { setup } from "./setup.mjs";

/** Everything that CI checks, in order; the first failure ends it. */
const CHECKS = [
  { name: "set-up", check: () => setup({ redis: true }) },
  { name: "format", check: () => program(bin("oxfmt"), "--check") },
  { name: "types", check: () => program(process.execPath, TSC, "-b") },
  // After the types: an import that does not resolve hides what the type-aware rules look for.
  { name: "lint", check: () => program(bin("oxlint"), "--type-aware", "--deny-warnings") },
];
const REPORT = join(ROOT, ".cache", "vitest.json");

process.exitCode = await main(process.argv.slice(2));

async function main(vitestArgs) {
  const summary = [];
  for (const { name, check } of CHECKS) {
    const startedAt = performance.now();
    const error = await check().then(
      () => null,
      (reason) => reason ?? new Error("failed"),
    );
    const took = seconds(performance.now() - startedAt);
    console.log(`${error === null ? "ok    " : "FAILED"}  ${name.padEnd(8)} ${took}`);
    summary.push(`${name} ${error === null ? "ok" : "failed"} (${took})`);
    if (error === null) continue;
    printError(error);
    summary.push("tests not run");
    return finish(summary, { passed: 0, failed: 1, skipped: 0 }, [`${name} counts as one failure`]);
  }
  const startedAt = performance.now();
  const { code, report } = await runTests(vitestArgs);
  const count = countTests(report, code);
  const outcome = count.failed === 0 ? "ok" : "failed";
  summary.push(`tests ${outcome} (${seconds(performance.now() - startedAt)})`);
  return finish(summary, count, describeGaps(report, code));
}

function finish(summary, count, notes) {
  console.log(["", summary.join(" · "), ...notes, countLine(count)].join("\n"));
  return count.failed === 0 ? 0 : 1;
}

async function runTests(args) {
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  rmSync(REPORT, { force: true });
  const code = await runVisibly(process.execPath, [
    join(ROOT, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${REPORT}`,
    // A forgotten .only would skip all other tests of its file.
    "--allowOnly=false",
    ...args,
  ]);
  return { code, report: readReport() };
}

function readReport() {
  try {
    return JSON.parse(readFileSync(REPORT, "utf8"));
  } catch {
    return null;
  }
}

function bin(name) {
  return join(ROOT, "node_modules", ".bin", name);
}

async function program(path, ...args) {
  const { code, output } = await showProgress("checking", (say) => run(path, args, { say }));
  if (code !== 0) throw Object.assign(new Error(output), { name: "SetUpError" });
}
