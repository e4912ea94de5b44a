import { expect, it } from "vitest";

import { blockWith, hasCurl, runDocumented } from "./documented.ts";
import { layGround } from "./fleet.ts";
import { startGatewayProcess, startWorker } from "./processes.ts";

/** Redis, emulator, gateway and workers. */
async function install(emulator: Readonly<Record<string, string>>) {
  const ground = await layGround({ emulator });
  const [gateway] = await Promise.all([
    startGatewayProcess(ground.installation),
    startWorker("submit-worker", ground.installation),
    startWorker("status-worker", ground.installation),
  ]);
  return { ground, gateway };
}

/** No task ends before a test has looked at it. */
const SLOW = { EMULATOR_SPEED: "0.01" };

it.skipIf(!hasCurl)("the curl examples of README.md enqueue, read, cancel and list", async () => {
  const { ground, gateway } = await install(SLOW);
  const block = await blockWith("README.md", "sh", "curl");
  // Each command may go over several lines.
  const [enqueue = "", get = "", cancel = "", list = "", ...others] = block
    .split(/\n+(?=curl )/)
    .map((command) => command.trim());
  expect(others).toEqual([]);
  let id = "";
  const answerOf = async (command: string): Promise<Record<string, unknown>> => {
    const script = command.replace("<id>", id);
    const { code, stdout, stderr } = await runDocumented(script, { gateway: gateway.url });
    expect({ code, stderr }, command).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const stored = await answerOf(enqueue);
  id = String(stored["id"]);
  expect(stored).toMatchObject({ model: "veo3.1-fast", credits: { estimated: 36 } });
  // The same key makes one generation.
  expect(await answerOf(enqueue)).toMatchObject({ id });
  const statusNow = async (): Promise<unknown> => (await answerOf(get))["status"];
  await expect.poll(statusNow, { timeout: 30_000 }).toBe("running");
  expect(await answerOf(list)).toMatchObject({ data: [{ id, status: "running" }] });
  const canceled = await answerOf(cancel);
  expect(canceled).toMatchObject({ id, cancel_requested_at: expect.any(String) });
  expect(await ground.countOf("accepted")).toBe(1);
});

it("the command line of README.md submits, lists, explains and examines", async () => {
  const { ground, gateway } = await install({});
  const block = await blockWith("README.md", "sh", "cli/dist/main.js submit");
  const { redisUrl, upstreamUrl, apiKey } = ground.installation;
  const env = {
    APIDOT_QUEUE_URL: gateway.url,
    REDIS_URL: redisUrl,
    APIDOT_API_KEY: apiKey,
    APIDOT_BASE_URL: upstreamUrl,
  };
  let id = "";
  const outputs: string[] = [];
  for (const command of block.trim().split("\n")) {
    const script = command.replace("<id>", id);
    const { code, stdout, stderr } = await runDocumented(script, {}, env);
    expect(code, stdout + stderr).toBe(0);
    id ||= /^(\S+) {2}queued/m.exec(stderr)?.[1] ?? "";
    outputs.push(stdout);
  }
  const [submitted = "", , explained = "", examined = ""] = outputs;
  expect(submitted).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/files\/\S+\.mp4$/m);
  expect(explained).toContain(id);
  expect(examined).toMatch(/^ok {4}gateway /m);
  expect(await ground.countOf("accepted")).toBe(1);
});
