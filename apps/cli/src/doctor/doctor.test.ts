import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import { fetchFailure, jsonAnswer } from "../../test/gateway-answers.ts";
import { checkEnvironment } from "./check-environment.ts";
import { checkNode, LEAST_NODE } from "./check-node.ts";
import type { Finding } from "./finding.ts";

const READY = jsonAnswer(200, { status: "ready", reasons: [] });
/** A port that nothing listens on. */
const NO_REDIS = "redis://:hidden@127.0.0.1:1";
/** No Redis is asked where the URL cannot be read: nothing has to be waited for. */
const NO_TARGET = { REDIS_URL: "nonsense" };

describe("the version of Node", () => {
  it.each([
    ["20.18.9", "fail"],
    ["20.19.0", "ok"],
    ["24.1.0", "ok"],
  ])("%s is %s", (version, level) => {
    expect(checkNode(version).level).toBe(level);
  });

  it("is the one that the repository asks for", () => {
    const path = new URL("../../../../package.json", import.meta.url);
    const { engines } = JSON.parse(readFileSync(path, "utf8")) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${LEAST_NODE.join(".")}`);
  });
});

describe("the environment", () => {
  const levels = (findings: readonly Finding[], check: string): string[] =>
    findings.filter((finding) => finding.check === check).map(({ level }) => level);

  it("has one line for each mistake, whichever program it would stop", () => {
    const env = {
      METRICS_PORT: "x",
      POLL_BASE_MS: "2s",
      HOST: "0.0.0.0",
      APIDOT_BASE_ULR: "http://localhost",
      LANES_FILE: "lanes.json",
    };
    const { findings } = checkEnvironment(env, () => "");
    const lines = findings.filter(({ check }) => check === "environment");
    expect(lines).toHaveLength(Object.keys(env).length);
    expect(new Set(lines.map(({ message }) => message.split(":")[0]))).toEqual(
      new Set(Object.keys(env)),
    );
    expect(new Set(levels(findings, "environment"))).toEqual(new Set(["fail"]));
  });

  it("names what is set and shows no value, least of all the key", () => {
    const env = { APIDOT_API_KEY: "the-key-itself", REDIS_URL: "redis://:hidden@127.0.0.1" };
    const { findings } = checkEnvironment(env, () => "");
    const text = JSON.stringify(findings);
    expect(text).toContain("APIDOT_API_KEY, REDIS_URL");
    expect(text).not.toMatch(/the-key-itself|hidden/);
    expect(levels(findings, "api key")).toEqual(["ok"]);
  });

  it.each([
    ["http://api.example", ["warn"]],
    ["http://127.0.0.1:8788", ["ok"]],
    ["https://api.example", ["ok"]],
    ["nonsense", ["fail"]],
  ])("the base URL %s is %o", (url, expected) => {
    const { findings } = checkEnvironment({ APIDOT_BASE_URL: url }, () => "");
    expect(levels(findings, "base url")).toEqual(expected);
  });
});

describe("doctor", () => {
  it("fails where something would not work, and says what to do, never a secret", async () => {
    const run = await runInProcess(["doctor", "--json"], {
      env: { REDIS_URL: NO_REDIS, APIDOT_QUEUE_TOKEN: "hidden-too" },
      answers: [fetchFailure("ECONNREFUSED")],
    });
    expect(run.code).toBe(CODE.unsuccessful);
    const [document] = documentsOf(run) as [{ ok: boolean; checks: Finding[] }];
    expect(document.ok).toBe(false);
    const failed = document.checks.filter(({ level }) => level === "fail");
    expect(failed.map(({ check }) => check)).toEqual(["gateway", "redis"]);
    expect(failed.every(({ advice = "" }) => advice !== "")).toBe(true);
    expect(run.stdout + run.stderr).not.toContain("hidden");
  });

  it("asks the upstream nothing unless it is told to", async () => {
    const run = await runInProcess(["doctor"], {
      env: { ...NO_TARGET, APIDOT_API_KEY: "k", APIDOT_BASE_URL: "http://127.0.0.1:1" },
      answers: [READY],
    });
    expect(run.requests.map(({ url }) => new URL(url).pathname)).toEqual(["/readyz"]);
    expect(run.stdout).not.toMatch(/upstream/);
  });

  it.each([
    ["not ready", jsonAnswer(503, { status: "not_ready", reasons: ["redis"] })],
    ["not a gateway", new Response("<html>")],
  ])("fails on a gateway that is %s", async (_, answer) => {
    const { stdout } = await runInProcess(["doctor"], { env: NO_TARGET, answers: [answer] });
    expect(stdout).toMatch(/^FAIL {2}gateway +.*→/m);
  });

  it("goes on with what it can when the environment is wrong", async () => {
    const run = await runInProcess(["doctor"], { env: { REDIS_URL: "nonsense", PORT: "x" } });
    expect(run.code).toBe(CODE.unsuccessful);
    expect(run.stdout).toMatch(/^FAIL {2}environment {2}REDIS_URL: /m);
    expect(run.stdout).toMatch(/^FAIL {2}environment {2}PORT: /m);
    expect(run.stdout).toMatch(/^FAIL {2}gateway +not asked/m);
  });
});
