import { defineConfig } from "vitest/config";

const conditions = ["apidot-queue-source", "node", "import", "default"];
const resolveFromSource = { ssr: { resolve: { conditions, externalConditions: conditions } } };

/** The suffix of a test file says what it needs: nothing, a Redis, or all processes. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...resolveFromSource,
        test: {
          name: "unit",
          include: [
            "{packages,apps}/*/src/**/*.test.ts",
            "bench/src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "docs/**/*.test.ts",
          ],
          exclude: ["**/*.redis.test.ts"],
        },
      },
      {
        ...resolveFromSource,
        test: {
          name: "redis",
          include: ["{packages,apps}/*/src/**/*.redis.test.ts"],
          globalSetup: ["packages/testkit/src/redis-global-setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...resolveFromSource,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: ["packages/testkit/src/redis-global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
