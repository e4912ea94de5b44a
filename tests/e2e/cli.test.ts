import { startPrivateRedis } from "@apidot-queue/runtime";
import { describe, expect, it, onTestFinished } from "vitest";

import { jsonLines, runCliProcess, startCli } from "./cli-process.ts";
import { startEmulatorProcess, startGatewayProcess, startWorker } from "./processes.ts";

const KEY = "key-of-the-cli-test";
const PROMPT = "A paper boat sails down a rainy street";
/** Half a minute of rendering in a fraction of a second, or long enough to be caught at it. */
const [QUICK, SLOW] = [{ EMULATOR_SPEED: "100" }, { EMULATOR_SPEED: "0.1" }];

/** A whole installation in processes of its own, on a Redis of its own: lanes are named by keys. */
async function install(
  emulatorEnv: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const redisUrl = redis.url;
  const emulator = await startEmulatorProcess({ EMULATOR_KEYS: KEY, ...emulatorEnv });
  const installation = { redisUrl, upstreamUrl: emulator.url, apiKey: KEY, env };
  const [gateway] = await Promise.all([
    startGatewayProcess({ redisUrl }),
    startWorker("submit-worker", installation),
    startWorker("status-worker", installation),
  ]);
  const accepted = async (): Promise<number> =>
    (await emulator.ledger()).filter(({ event }) => event === "accepted").length;
  return { redisUrl, emulator, gateway, accepted, at: { APIDOT_QUEUE_URL: gateway.url } };
}

describe("against a whole installation", () => {
  it("submits, waits, shows, and keeps the standard output for results", async () => {
    const { at, emulator, accepted } = await install(QUICK);
    const submit = ["submit", "veo3.1-fast", PROMPT, "--resolution", "1080p"];
    const waited = await runCliProcess([...submit, "--wait", "--timeout", "60s"], at);
    expect(waited, waited.stderr).toMatchObject({ code: 0 });
    expect(waited.stdout).toMatch(new RegExp(`^${emulator.url}/files/\\S+\\.mp4\n$`));
    expect(waited.stderr).toMatch(/about 36 credits by the catalog of 2026-06-14/);

    const key = ["--idempotency-key", "order-7", "--json"];
    const first = await runCliProcess([...submit, "--user", "user-7", ...key], at);
    const [record = {}] = jsonLines(first.stdout);
    expect(record).toMatchObject({ user_id: "user-7", model: "veo3.1-fast" });
    const again = await runCliProcess([...submit, "--user", "user-7", ...key], at);
    expect(jsonLines(again.stdout)).toMatchObject([{ id: record["id"] }]);

    const id = String(record["id"]);
    const watched = await runCliProcess(["watch", id, "--json"], at);
    expect(watched.code).toBe(0);
    const states = jsonLines(watched.stdout);
    expect(states.every((state) => state["id"] === id)).toBe(true);
    expect(states.at(-1)).toMatchObject({ status: "succeeded" });
    const got = await runCliProcess(["get", id, "--json"], at);
    expect(jsonLines(got.stdout)).toEqual(states.slice(-1));
    const late = await runCliProcess(["cancel", id], at);
    expect([late.code, late.stdout]).toEqual([1, expect.stringContaining("was succeeded already")]);

    const missing = await runCliProcess(["get", id.replace(/.$/, "0"), "--json"], at);
    expect(missing.code).toBe(4);
    expect(jsonLines(missing.stdout)).toMatchObject([{ error: { code: "notFound" } }]);
    const wrong = await runCliProcess(["submit", "veo3.1-lite", "--mode", "frame", "--json"], at);
    expect(wrong.code).toBe(3);
    expect(jsonLines(wrong.stdout)).toMatchObject([{ error: { code: "invalid" } }]);
    expect(await accepted()).toBe(2);
  });

  it("Ctrl-C during a wait detaches: nothing is canceled, and watch goes on", async () => {
    const { at, accepted } = await install(SLOW);
    const cli = startCli(["submit", "veo3.1-lite", PROMPT, "--wait"], at);
    await cli.printed(/ {2}running {2}/);
    cli.signal("SIGINT");
    expect(await cli.ended).toBe(130);
    expect(cli.stdout()).toBe("");
    const [, id = ""] = /to go on: apidot-queue watch (\S+)/.exec(cli.stderr()) ?? [];
    const { stdout } = await runCliProcess(["get", id, "--json"], at);
    expect(jsonLines(stdout)).toMatchObject([{ status: "running", cancel_requested_at: null }]);

    const watch = startCli(["watch", id], at);
    await watch.printed(/ {2}running {2}/);
    watch.signal("SIGTERM");
    expect(await watch.ended).toBe(143);
    const timed = await runCliProcess(["watch", id, "--timeout", "1ms"], at);
    expect([timed.code, timed.stdout]).toEqual([7, ""]);
    const canceled = await runCliProcess(["cancel", id], at);
    expect([canceled.code, canceled.stdout]).toEqual([0, expect.stringContaining("requested")]);
    expect(await accepted()).toBe(1);
  });

  it("a failure and a generation that is held end with classes of their own", async () => {
    const { at, emulator } = await install(QUICK, { AMBIGUOUS_SUBMIT: "hold" });
    const wait = ["submit", "veo3.1-lite", PROMPT, "--wait", "--json"];
    await emulator.setFaults([
      { on: "submit", kind: "fail_task", error_message: "no \u001B[31mred\u0007 boats", at: 0 },
    ]);
    const failed = await runCliProcess(wait, at);
    expect([failed.code, jsonLines(failed.stdout)]).toMatchObject([1, [{ status: "failed" }]]);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    expect(failed.stderr + failed.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);

    await emulator.setFaults([{ on: "submit", kind: "reset_after" }]);
    const held = await runCliProcess(wait, at);
    expect([held.code, jsonLines(held.stdout)]).toMatchObject([5, [{ status: "held" }]]);
    expect(held.stderr).toContain("A person must decide");
  });

  it("doctor finds everything there, and what is missing once it is gone", async () => {
    const { at, redisUrl, emulator, gateway } = await install(QUICK);
    const env = { ...at, REDIS_URL: redisUrl, APIDOT_API_KEY: KEY, APIDOT_BASE_URL: emulator.url };
    const before = (await emulator.ledger()).length;
    const well = await runCliProcess(["doctor", "--upstream", "--json"], env);
    expect(well.code, well.stdout).toBe(0);
    const [{ checks }] = jsonLines(well.stdout) as [{ checks: { check: string; level: string }[] }];
    for (const check of ["node", "environment", "api key", "gateway", "workers", "upstream"]) {
      expect(checks).toContainEqual(expect.objectContaining({ check, level: "ok" }));
    }
    expect(well.stdout + well.stderr).not.toContain(KEY);
    expect((await emulator.ledger()).length).toBe(before);

    const stranger = await runCliProcess(["doctor", "--upstream"], {
      ...env,
      APIDOT_API_KEY: "no",
    });
    expect(stranger.code).toBe(1);
    expect(stranger.stdout).toMatch(/^FAIL {2}upstream .*refuses the key \(401\)/m);
    await gateway.end("SIGTERM");
    const alone = await runCliProcess(["doctor"], env);
    expect(alone.code).toBe(1);
    expect(alone.stdout).toMatch(/^FAIL {2}gateway /m);
    expect(alone.stdout).toMatch(/^ok {4}redis /m);
  });
});

describe("up", () => {
  it("is the whole service: it submits through it, and SIGINT drains it", async () => {
    const redis = await startPrivateRedis();
    onTestFinished(() => redis.stop());
    const env = { REDIS_URL: redis.url, PORT: "0", EMULATOR_SPEED: "100", POLL_BASE_MS: "100" };
    const up = startCli(["up"], { ...env, POLL_MIN_MS: "50" });
    const [, url = ""] = await up.printed(/^apidot-queue listens at (\S+)/m);
    const run = await runCliProcess(["submit", "veo3.1-lite", PROMPT, "--wait"], {
      APIDOT_QUEUE_URL: url,
    });
    expect(run.code, run.stderr).toBe(0);
    up.signal("SIGINT");
    expect(await up.ended).toBe(0);
  });
});
