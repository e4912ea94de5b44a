import { spawnSync } from "node:child_process";

import { loadNotifySecrets, tenantSecrets } from "@apidot-queue/notify";
import { startNotifyWorker } from "@apidot-queue/notify-worker";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { startApi } from "./api.ts";
import { startNode, startProgram } from "./node-process.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let api: Awaited<ReturnType<typeof startApi>>;

beforeAll(async () => {
  stack = await startStack();
  api = await startApi(stack.lane, { gatewayTokens: [["shop", "shop-token"]] });
});
afterAll(async () => {
  await api.stop();
  await stack.stop();
});

const surroundings = () => ({
  APIDOT_QUEUE_URL: api.url,
  APIDOT_QUEUE_TOKEN: "shop-token",
  APIDOT_BASE_URL: api.url,
  APIDOT_API_KEY: "shop-token",
  POLL_SECONDS: "0.1",
});

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const VIDEO = /^(succeeded|finished) http:\/\/127\.0\.0\.1:\d+\/files\/[\w-]+\.mp4\n$/;

describe("a client", () => {
  it.each([
    ["node", "examples/http-node/index.mjs", true],
    ["node", "examples/drop-in/index.mjs", true],
    ["sh", "examples/http-curl/run.sh", hasCurl],
    ["python3", "examples/http-python/main.py", hasPython],
  ] as const)("%s %s prints where the video is", async (program, script, isThere) => {
    if (!isThere) {
      console.log(`${script} is not run: this machine has no program for it`);
      return;
    }
    const run = startProgram(program, script, surroundings());
    expect(await run.ended, run.output()).toEqual({ code: 0, signal: null });
    expect(run.output()).toMatch(VIDEO);
  });

  it("that is refused says why, by the code of the problem", async () => {
    const env = { ...surroundings(), APIDOT_QUEUE_TOKEN: "another", APIDOT_API_KEY: "another" };
    const scripts = [
      ["node", "examples/http-node/index.mjs", "unauthorized"],
      ["node", "examples/drop-in/index.mjs", "authentication_error"],
      ...(hasPython ? [["python3", "examples/http-python/main.py", "unauthorized"]] : []),
    ] as const;
    for (const [program = "", script = "", word = ""] of scripts) {
      const run = startProgram(program, script, env);
      expect((await run.ended).code).toBe(1);
      expect(run.output()).toContain(word);
    }
  });
});

describe("a receiver", () => {
  it("with Express takes what is genuine, once, and nothing else", async () => {
    const secrets = await loadNotifySecrets(stack.context.redis, null);
    const [secret = ""] = tenantSecrets(secrets, "default");
    const worker = startNotifyWorker({
      context: stack.context,
      journal: stack.journal,
      secrets,
      allowNetworks: ["127.0.0.0/8"],
      timing: { idleMs: 20 },
    });
    onTestFinished(() => worker.stop());
    const receiver = startNode("examples/express-receiver/index.mjs", {
      NOTIFY_TENANT_SECRET: secret,
      PORT: "0",
    });
    const [, url = ""] = await receiver.printed(/^listens at (\S+)$/m);
    const { id } = await stack.producer.enqueue(
      { model: "veo3.1-lite", input: { prompt: "a paper boat" } },
      { notifyUrl: url },
    );
    await receiver.printed(new RegExp(`^generation\\.succeeded ${id} http://127`, "m"));
    // Once more, under the same id.
    const [told] = await stack.producer.notifications(id);
    await stack.producer.replayNotification(id, told?.version ?? 0);
    await expect
      .poll(async () => (await stack.producer.notifications(id))[0]?.attempts, { timeout: 20_000 })
      .toBe(2);
    expect(receiver.output().match(new RegExp(id, "g"))).toHaveLength(1);
    const forged = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": "x",
        "webhook-timestamp": String(Math.floor(Date.now() / 1_000)),
        "webhook-signature": "v1,AAAA",
      },
      body: "{}",
    });
    expect(forged.status).toBe(401);
  });
});
