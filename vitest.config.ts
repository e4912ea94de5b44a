import { configDefaults, defineConfig } from "vitest/config";

const conditions = ["apidot-queue-source", "node", "import", "default"];
const resolveFromSource = { ssr: { resolve: { conditions, externalConditions: conditions } } };

const FUZZ = "apps/gateway/src/fuzz.redis.test.ts";
/** On one Node of several: what they ask is no other question for another one. */
const ONCE = [
  FUZZ,
  // They wait for time-outs, outages and whole fleets.
  "tests/e2e/{bench,bytes-in-flight,compose,first-hour,forged-callbacks}.test.ts",
  "tests/e2e/{lane-halt,pacing,rescuer-backlog,unstored-task}.test.ts",
  "tests/e2e/{fleet,fleet-*}.test.ts",
  // They are about words, documents and rules of ours, in processes that others start on each Node.
  "tests/e2e/{canary,cli,cli-away,durability,edges,guide,http-doc,metrics-doc,models}.test.ts",
  "tests/e2e/{readme,readme-commands}.test.ts",
];

function endToEnd(name: string, files: { include: string[]; exclude?: string[] }) {
  return {
    ...resolveFromSource,
    test: {
      name,
      ...files,
      globalSetup: ["packages/testkit/src/redis-global-setup.ts"],
      testTimeout: 120_000,
      hookTimeout: 60_000,
    },
  };
}

/** The suffix of a test file says what it needs: nothing, a Redis, or all processes. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: ["packages/core/src/**/*.ts"],
      reporter: [["text", { skipFull: true }]],
      reportsDirectory: ".cache/coverage",
      // Every rule about money is in core: no branch of it is left to chance.
      thresholds: { 100: true },
    },
    projects: [
      {
        ...resolveFromSource,
        // Apart from the other units because its coverage is measured.
        test: { name: "core", include: ["packages/core/src/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        ...resolveFromSource,
        test: {
          name: "unit",
          include: [
            "{packages,apps}/*/src/**/*.test.ts",
            "bench/src/**/*.test.ts",
            "chaos/src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "docs/**/*.test.ts",
          ],
          exclude: ["**/*.redis.test.ts", "packages/core/**", "chaos/src/broken/**"],
          // A limit for what hangs, not for what is slow on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        ...resolveFromSource,
        test: {
          name: "redis",
          include: ["{packages,apps}/*/src/**/*.redis.test.ts"],
          exclude: [...configDefaults.exclude, FUZZ],
          globalSetup: ["packages/testkit/src/redis-global-setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // Minutes of kills, and the machine to itself: once for a whole run, not once for each Node.
        test: { name: "chaos", include: ["chaos/src/broken/*.test.ts"] },
      },
      endToEnd("e2e", {
        include: ["tests/{e2e,packages}/**/*.test.ts"],
        exclude: [...configDefaults.exclude, ...ONCE],
      }),
      endToEnd("once", { include: ONCE }),
    ],
  },
});
