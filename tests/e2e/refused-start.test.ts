import { createServer } from "node:net";

import { startPrivateRedis } from "@apidot-queue/runtime";
import { testRedisUrl } from "@apidot-queue/testkit";
import { describe, expect, it, onTestFinished } from "vitest";

import { startNode } from "./node-process.ts";

const WRONG_CONFIGURATION = { code: 78, signal: null };
const SECRET = "a-secret-nobody-prints";

type App = "gateway" | "submit-worker" | "status-worker" | "standalone" | "emulator";

/** Starts an app that is not to come up, and waits for its end. */
async function refused(app: App, env: Readonly<Record<string, string>>): Promise<string[]> {
  const process = startNode(`apps/${app}/dist/main.js`, env, app);
  expect(await process.ended, process.output()).toEqual(WRONG_CONFIGURATION);
  expect(process.output()).not.toContain(SECRET);
  return process.errorOutput().trimEnd().split("\n");
}

/** A worker that would start, on a Redis that does not matter. */
const WORKER = {
  REDIS_URL: "redis://127.0.0.1:1",
  APIDOT_API_KEY: "key",
  APIDOT_BASE_URL: "http://127.0.0.1:1",
  METRICS_PORT: "0",
};

describe("a wrong configuration exits 78 and names its variable", () => {
  const cases: [app: App, env: Record<string, string>, line: RegExp][] = [
    ["submit-worker", { APIDOT_API_KEY: "" }, /^APIDOT_API_KEY: /],
    ["status-worker", { APIDOT_API_KEY: "" }, /^APIDOT_API_KEY: /],
    ["submit-worker", { APIDOT_API_KEY: `two words ${SECRET}` }, /^APIDOT_API_KEY: /],
    ["submit-worker", { APIDOT_BASE_URL: `ftp://${SECRET}` }, /^APIDOT_BASE_URL: /],
    ["submit-worker", { SUBMIT_CONCURRENCY: "0" }, /^SUBMIT_CONCURRENCY: .*1 to 1000/],
    ["status-worker", { POLL_BASE_MS: "2s" }, /^POLL_BASE_MS: /],
    ["status-worker", { METRICS_PORT: "99999" }, /^METRICS_PORT: /],
    ["gateway", { REDIS_URL: `http://${SECRET}` }, /^REDIS_URL: /],
    ["gateway", { HOST: "0.0.0.0" }, /^HOST: .*loopback/],
    ["standalone", { PORT: "http" }, /^PORT: /],
    ["submit-worker", { REQUEST_TIMOUT_MS: "1000" }, /^REQUEST_TIMOUT_MS: .*REQUEST_TIMEOUT_MS/],
    ["status-worker", { STATUS_CONCURENCY: "8" }, /^STATUS_CONCURENCY: .*STATUS_CONCURRENCY/],
    ["gateway", { ALLOW_UNKNOWN_MODEL: "on" }, /^ALLOW_UNKNOWN_MODEL: .*ALLOW_UNKNOWN_MODELS/],
    ["standalone", { AMBIGOUS_SUBMIT: "hold" }, /^AMBIGOUS_SUBMIT: .*AMBIGUOUS_SUBMIT/],
    ["emulator", { EMULATOR_LEGDER: "x" }, /^EMULATOR_LEGDER: .*EMULATOR_LEDGER/],
    ["emulator", { EMULATOR_SPEED: "fast" }, /^EMULATOR_SPEED: /],
    ["emulator", { EMULATOR_FAULTS: '[{ "on": "submit" }]' }, /^EMULATOR_FAULTS/],
  ];
  it.each(cases)("%s with %o", async (app, env, line) => {
    const lines = await refused(app, { ...WORKER, ...env });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it("every mistake has its line", async () => {
    const lines = await refused("submit-worker", {
      ...WORKER,
      APIDOT_API_KEY: "",
      AMBIGUOUS_SUBMIT: "maybe",
      MAX_PAID_ATTEMPTS: "11",
      LOG_LEVEL: "loud",
      APIDOT_BASE_ULR: "http://127.0.0.1:1",
    });
    const names = lines.map((line) => line.split(":")[0]);
    expect(names).toHaveLength(5);
    expect(new Set(names)).toEqual(
      new Set([
        "AMBIGUOUS_SUBMIT",
        "APIDOT_API_KEY",
        "APIDOT_BASE_ULR",
        "LOG_LEVEL",
        "MAX_PAID_ATTEMPTS",
      ]),
    );
  });

  it("a port that somebody asked for and that is taken is a mistake", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
    const { port } = server.address() as { port: number };
    const redis = { REDIS_URL: testRedisUrl() };
    const worker = await refused("status-worker", {
      ...WORKER,
      ...redis,
      METRICS_PORT: String(port),
    });
    expect(worker).toEqual([expect.stringMatching(`^METRICS_PORT: .*${port}.*EADDRINUSE`)]);
    const gateway = await refused("gateway", { ...redis, PORT: String(port) });
    expect(gateway).toEqual([expect.stringMatching(`^PORT: .*${port}.*EADDRINUSE`)]);
  });
});

describe("a Redis that must not be used", () => {
  const apps = ["gateway", "submit-worker", "status-worker", "standalone"] as const;

  it("one that is away is waited for with one line, then all exit 78", async () => {
    // A port that is known to refuse: bound once and freed.
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const REDIS_URL = `redis://:${SECRET}@127.0.0.1:${port}`;
    const ends = apps.map(async (app) => {
      const lines = await refused(app, { ...WORKER, REDIS_URL, PORT: "0" });
      expect(lines, app).toEqual([
        expect.stringMatching(`redis at .*127.0.0.1:${port}.* does not answer .* 5 s$`),
        expect.stringMatching(`^REDIS_URL: .*127.0.0.1:${port}.* did not answer within 5 s`),
      ]);
    });
    await Promise.all(ends);
  });

  it("one that evicts is refused, with the command that mends it", async () => {
    const redis = await startPrivateRedis({ extraArgs: ["--maxmemory-policy", "allkeys-lru"] });
    onTestFinished(() => redis.stop());
    for (const app of apps) {
      const lines = await refused(app, { ...WORKER, REDIS_URL: redis.url, PORT: "0" });
      expect(lines, app).toHaveLength(1);
      expect(lines[0]).toMatch(/^REDIS_URL: maxmemory-policy is allkeys-lru/);
      expect(lines[0]).toContain("redis-cli CONFIG SET maxmemory-policy noeviction");
    }
  });
});
