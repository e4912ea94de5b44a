import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { DEFAULT_LANE } from "@apidot-queue/core";
import { openJournal } from "@apidot-queue/journal";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { buildNewGeneration } from "@apidot-queue/testkit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

import { ROOT } from "./node-process.ts";
import { startEmulatorProcess, startGatewayProcess, startWorker } from "./processes.ts";

const ADDRESS = "http://127.0.0.1:8787";
const run = promisify(execFile);
/** Node, npm and git are all that a machine needs to have; where curl is missing nothing runs it. */
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

/** curl says the status behind each answer, and reads no settings of this machine. */
async function curlHome(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "apidot-queue-curl-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(
    join(folder, ".curlrc"),
    'silent\nmax-time = 30\nwrite-out = "\\n# %{http_code}\\n"\n',
  );
  return folder;
}

/** A gateway with workers behind it, all of them processes on a Redis of their own. */
async function startInstallation(): Promise<{ readonly url: string; readonly redisUrl: string }> {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const emulator = await startEmulatorProcess({ EMULATOR_SPEED: "200" });
  const installation = { redisUrl: redis.url, upstreamUrl: emulator.url, apiKey: "test-key-1" };
  const [gateway] = await Promise.all([
    startGatewayProcess(installation),
    startWorker("submit-worker", installation),
    startWorker("status-worker", installation),
  ]);
  return { url: gateway.url, redisUrl: redis.url };
}

/** Two that no worker was told of: one was refused for good, one waits for a person. */
async function storeEnds(
  redisUrl: string,
): Promise<{ readonly failed: string; readonly held: string }> {
  const redis = new Redis(redisUrl);
  onTestFinished(() => redis.disconnect());
  const journal = openJournal(redis, DEFAULT_LANE);
  const begin = async (id: string) => {
    const begun = await journal.begin(id, "0a1b2c3d", {
      sendWithinMs: 2_000,
      answerWithinMs: 50_000,
      submitDeadlineMs: 0,
      policy: "hold",
    });
    if (begun.kind !== "begun") throw new Error("not begun");
    return begun.attempt;
  };
  const generations = [buildNewGeneration(DEFAULT_LANE), buildNewGeneration(DEFAULT_LANE)];
  const [failed = "", held = ""] = (await journal.enqueue(generations)).map(({ id }) => id);
  await journal.reject(await begin(failed), "invalid_request", "refused");
  await journal.unconfirm(await begin(held), "answer_lost", 0);
  await journal.endGrace(held, "hold", 3);
  return { failed, held };
}

const statusesIn = (text: string): (string | undefined)[] =>
  [...text.matchAll(/^# (\d{3})$/gm)].map(([, status]) => status);

it.skipIf(!hasCurl)(
  "the curl examples of docs/http.md answer what stands behind them",
  async () => {
    const page = await readFile(join(ROOT, "docs/http.md"), "utf8");
    const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
    const commands = blocks.join("").match(/^curl /gm) ?? [];
    const { url, redisUrl } = await startInstallation();
    const { failed, held } = await storeEnds(redisUrl);
    const env: Record<string, string> = {
      PATH: process.env["PATH"] ?? "",
      CURL_HOME: await curlHome(),
      FAILED: failed,
      HELD: held,
    };
    const outputs: string[] = [];
    for (const block of blocks) {
      // Nothing of the page leaves this machine.
      for (const [address] of block.matchAll(/https?:\/\/[^/\s'"]+/g))
        expect(address).toBe(ADDRESS);
      const script = block.replaceAll(ADDRESS, url);
      const { stdout } = await run("sh", ["-eu", "-c", script], { env });
      expect(statusesIn(stdout), block).toEqual(statusesIn(block));
      outputs.push(stdout);
      // What the page says these names stand for.
      env["ID"] ??= /^location: \/v1\/generations\/(\S+)\r$/im.exec(stdout)?.[1] ?? "";
      const cursor = /"next_cursor":"([^"]+)"/.exec(stdout)?.[1];
      if (cursor !== undefined) env["CURSOR"] = cursor;
      // A second page needs more than one generation.
      if (outputs.length === 1) for (let n = 0; n < 3; n += 1) await enqueue(url);
    }
    expect(statusesIn(outputs.join("\n"))).toHaveLength(commands.length);
    expect(commands.length).toBeGreaterThan(10);
    expect(env["CURSOR"]).toBeDefined();

    // The problem that the page shows is the one that its example gets.
    const [, shown = ""] = /```json\n(.*?)^```$/ms.exec(page) ?? [];
    const refused = outputs.find((output) => output.includes("dry_run")) ?? "";
    expect(JSON.parse(refused.split("\n# ")[0] ?? "")).toEqual(JSON.parse(shown));

    // And behind the gateway somebody works.
    const last = await enqueue(url);
    const statusOf = async () =>
      ((await (await fetch(`${url}/v1/generations/${last}`)).json()) as { status: string }).status;
    await expect.poll(statusOf, { timeout: 60_000, interval: 200 }).toBe("succeeded");
  },
);

async function enqueue(url: string): Promise<string> {
  const answer = await fetch(`${url}/v1/generations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{ "model": "veo3.1-lite", "input": { "prompt": "x" }, "user_id": "user-7" }',
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}
