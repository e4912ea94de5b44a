import { join } from "node:path";

import { TSC } from "./lib/build.mjs";
import { majorOf, NEWEST_LTS_VERSION, provideNewestNode } from "./lib/newest-node.mjs";
import { ROOT } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { runSteps } from "./lib/steps.mjs";
import { countLine } from "./lib/test-count.mjs";
import { runVitest } from "./lib/vitest-run.mjs";
import { setup } from "./setup.mjs";

/** What the caller wants of vitest, such as a folder; all tests without it. */
const wanted = process.argv.slice(2);
const isAll = wanted.length === 0;
const ownVersion = process.versions.node;
const CHAOS = join(ROOT, "chaos", "dist");
/** Of vitest.config.ts; chaos has steps of its own. */
const PROJECTS = ["core", "unit", "redis", "e2e", "once"];

/** Everything that CI checks, in order. */
const STEPS = [
  {
    name: "set-up",
    check: () => setup({ redis: true, waitaof: true }).then(() => ({ failure: null })),
    isVital: true,
    showsProgress: true,
  },
  { name: "format", check: program(bin("oxfmt"), "--check") },
  { name: "types", check: program(process.execPath, TSC, "-b"), isVital: true },
  // After the types: an import that does not resolve hides what the type-aware rules look for.
  { name: "lint", check: program(bin("oxlint"), "--type-aware", "--deny-warnings") },
  { name: "dead code", check: deadCode },
  { name: "core, covered", check: (say) => runVitest(["--project=core", "--coverage"], { say }) },
  {
    name: `tests on Node ${ownVersion}`,
    // When all are wanted, core's have just run.
    check: (say) => runTests(isAll ? PROJECTS.slice(1) : PROJECTS, { say }),
  },
  ...(majorOf(ownVersion) === majorOf(NEWEST_LTS_VERSION) ? [] : [testsOnNewestNode()]),
  ...(isAll
    ? [
        { name: "crash points", check: ending(join(CHAOS, "crash", "main.js")) },
        {
          name: "chaos, two minutes",
          check: ending(join(CHAOS, "main.js"), { CHAOS_MINUTES: "2" }),
        },
        {
          name: "chaos, broken on purpose",
          check: (say) => runVitest(["--project=chaos"], { say }),
        },
      ]
    : []),
];

const total = await runSteps(STEPS, (text) => console.log(text));
console.log(`\n${countLine(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;

function testsOnNewestNode() {
  return {
    name: `tests on Node ${NEWEST_LTS_VERSION}`,
    // The others ask nothing that another Node would answer otherwise.
    check: async (say) =>
      runTests(
        PROJECTS.filter((name) => name !== "once"),
        { node: await provideNewestNode(say), say },
      ),
  };
}

function runTests(projects, options) {
  return runVitest([...projects.map((name) => `--project=${name}`), ...wanted], options);
}

/** A program of ours whose last line says what it came to. */
function ending(path, variables = {}) {
  return async (say) => {
    const env = { ...process.env, ...variables };
    const { code, output } = await run(process.execPath, [path], { env, say });
    return { failure: code === 0 ? null : output, remark: output.trimEnd().split("\n").at(-1) };
  };
}

/** Twice: what an index hands on and nobody takes is dead as well, but for types, which are words. */
async function deadCode(say) {
  const check = program(bin("knip"), "--no-progress", "--treat-config-hints-as-errors");
  const found = await check(say);
  if (found.failure !== null) return found;
  return program(
    bin("knip"),
    "--no-progress",
    "--include-entry-exports",
    "--include",
    "exports",
  )(say);
}

function bin(name) {
  return join(ROOT, "node_modules", ".bin", name);
}

function program(path, ...args) {
  return async (say) => {
    const { code, output } = await run(path, args, { say });
    return { failure: code === 0 ? null : output };
  };
}
