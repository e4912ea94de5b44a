import { setTimeout as sleep } from "node:timers/promises";
import { randomBytes } from "node:crypto";

import type { FaultRule } from "@apidot-queue/emulator";
import { createProducer } from "@apidot-queue/producer";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { ownErrors } from "@apidot-queue/testkit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

import { promptSha256 } from "./books.ts";
import { endAll } from "./node-process.ts";
import { startEmulatorProcess, startGatewayProcess, startWorker } from "./processes.ts";
import { readEverything } from "./redis-contents.ts";

/** Begins every secret. Too short for a redaction of one secret to cover another by it. */
const CANARY = "zqcanary";
/** A text that nothing else has. */
const canary = (): string => CANARY + randomBytes(8).toString("hex");

const API_KEY = canary();
const IMAGES = [`https://${canary()}.example/first.webp`, `https://${canary()}.example/last.webp`];
const OPTIONS = {
  metadata: { [canary()]: `facts ${canary()}` },
  notify_url: `https://${canary()}.example/hook`,
};
const WAIT = { timeoutMs: 60_000 };

interface Scenario {
  readonly name: string;
  readonly ends: "succeeded" | "failed" | "held";
  /** What the record's error must keep of the upstream's message. */
  readonly keeps?: string;
  readonly faults: (prompt: string) => readonly FaultRule[];
}

/** As an upstream would say it that quotes what it was sent. */
const echo = (words: string, prompt: string): string =>
  `${words}: "${prompt}" with ${IMAGES[0]} and key ${API_KEY}`.slice(0, 500);

const SCENARIOS: readonly Scenario[] = [
  { name: "success", ends: "succeeded", faults: () => [] },
  {
    name: "files in the other place",
    ends: "succeeded",
    faults: () => [{ on: "status", kind: "files_top" }],
  },
  {
    name: "400",
    ends: "failed",
    keeps: "unsupported scene",
    faults: (prompt) => [
      { on: "submit", kind: "error", status: 400, message: echo("unsupported scene", prompt) },
    ],
  },
  {
    name: "400 in a 200",
    ends: "failed",
    keeps: "refused scene",
    faults: (prompt) => [
      {
        on: "submit",
        kind: "error_in_200",
        status: 400,
        top_level_message: true,
        message: echo("refused scene", prompt),
      },
    ],
  },
  {
    name: "401",
    ends: "failed",
    keeps: "no such key",
    faults: (prompt) => [
      { on: "submit", kind: "error", status: 401, message: echo("no such key", prompt) },
    ],
  },
  {
    name: "402",
    ends: "failed",
    keeps: "no credits",
    faults: (prompt) => [
      { on: "submit", kind: "error", status: 402, message: echo("no credits", prompt) },
    ],
  },
  {
    name: "503, then success",
    ends: "succeeded",
    faults: (prompt) => [
      { on: "submit", kind: "error", status: 503, message: echo("later", prompt), times: 2 },
    ],
  },
  {
    name: "a reset, then success",
    ends: "succeeded",
    faults: () => [{ on: "submit", kind: "reset_before", times: 1 }],
  },
  {
    name: "garbage, then success",
    ends: "succeeded",
    faults: () => [{ on: "submit", kind: "garbage", times: 1 }],
  },
  {
    name: "lost answers",
    ends: "held",
    faults: () => [{ on: "submit", kind: "reset_after" }],
  },
  {
    name: "a task that fails",
    ends: "failed",
    keeps: "model declined",
    faults: (prompt) => [
      { on: "submit", kind: "fail_task", error_message: echo("model declined", prompt) },
    ],
  },
  {
    name: "status calls that go wrong",
    ends: "succeeded",
    faults: (prompt) => [
      { on: "status", kind: "reset_after", times: 1 },
      { on: "status", kind: "error", status: 500, message: echo("oops", prompt), times: 1 },
      { on: "status", kind: "error_html", status: 502, times: 1 },
      { on: "status", kind: "garbage", times: 1 },
      { on: "status", kind: "redirect", location: `/${canary()}`, times: 1 },
      { on: "status", kind: "rate_limited", retry_after: canary(), times: 1 },
      { on: "status", kind: "error", status: 400, message: echo("what", prompt), times: 1 },
    ],
  },
];

const BIRD = canary();
const promptOf = ({ name }: Pick<Scenario, "name">): string =>
  `${name}: the bird ${BIRD} sings over the harbour, then flies inland at dusk`;

function faultRules(): FaultRule[] {
  return SCENARIOS.flatMap((scenario) => {
    const prompt = promptOf(scenario);
    const match = { prompt_sha256: promptSha256(prompt) };
    return scenario.faults(prompt).map((rule): FaultRule => ({ ...rule, match }));
  });
}

const bodyOf = (scenario: Pick<Scenario, "name">): object => ({
  model: "veo3.1-fast",
  input: { prompt: promptOf(scenario), generate_type: "frame", image_urls: IMAGES },
  ...OPTIONS,
});

async function setup() {
  const server = await startPrivateRedis();
  onTestFinished(() => server.stop());
  const redis = ownErrors(new Redis(server.url));
  onTestFinished(() => redis.disconnect());
  const producer = createProducer({ redis: server.url });
  onTestFinished(() => producer.close());
  const emulator = await startEmulatorProcess({
    EMULATOR_SPEED: "200",
    EMULATOR_FAULTS: JSON.stringify(faultRules()),
  });
  const installation = {
    redisUrl: server.url,
    upstreamUrl: emulator.url,
    apiKey: API_KEY,
    env: { LOG_LEVEL: "trace", MAX_PAID_ATTEMPTS: "2" },
  };
  const gateway = await startGatewayProcess({ ...installation, env: { LOG_LEVEL: "trace" } });
  const post = async (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${gateway.url}/v1/generations`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  return { redis, producer, emulator, gateway, post, installation };
}

it("secrets stand nowhere but where they must be kept", async () => {
  const { redis, producer, emulator, gateway, post, installation } = await setup();
  const enqueue = async (scenario: Pick<Scenario, "name">): Promise<string> => {
    const key = { "idempotency-key": `${CANARY}-${scenario.name}` };
    const answer = await post(JSON.stringify(bodyOf(scenario)), key);
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { id: string }).id;
  };

  // A record that a script trips over, so that a job fails: before any worker can take it.
  const broken = await enqueue({ name: "broken" });
  const request = `{aq.default}:r:${broken.slice(broken.indexOf("_") + 1)}`;
  await redis.del(request);
  await redis.rpush(request, promptOf({ name: "broken" }));

  const submitWorker = await startWorker("submit-worker", installation);
  const statusWorker = await startWorker("status-worker", installation);
  const services = [gateway, submitWorker, statusWorker];
  const ids = await Promise.all(SCENARIOS.map(enqueue));

  // What callers get wrong.
  const taken = { "idempotency-key": `${CANARY}-${SCENARIOS[0]?.name}` };
  const wrong: [status: number, body: string, headers?: Record<string, string>][] = [
    [422, JSON.stringify({ model: "veo3.1-lite", input: { prompt: canary() } }), taken],
    [400, `{ "model": "${canary()}`],
    [400, JSON.stringify({ model: canary(), input: { [canary()]: 1 } })],
  ];
  for (const [status, body, headers] of wrong) {
    expect((await post(body, headers)).status, body).toBe(status);
  }
  for (const path of [`/v1/generations/${canary()}`, `/${canary()}?prompt=${canary()}`]) {
    expect((await fetch(gateway.url + path)).status).toBe(404);
  }

  // A refused key or balance halts the lane, and the others have to go on.
  const over = new AbortController();
  const resuming = (async () => {
    while (!over.signal.aborted) {
      await producer.resumeLane("default");
      await sleep(200);
    }
  })();
  const waits = await Promise.allSettled(ids.map((id) => producer.wait(id, WAIT)));
  over.abort();
  await resuming;
  const records = waits.map((wait) => {
    if (wait.status === "rejected") throw wait.reason;
    return wait.value;
  });
  for (const [index, scenario] of SCENARIOS.entries()) {
    const record = records[index];
    expect(record?.status, scenario.name).toBe(scenario.ends);
    if (scenario.keeps === undefined) continue;
    // Redacted, not thrown away: the reason is for people.
    expect.soft(record?.error?.message, scenario.name).toContain(scenario.keeps);
    expect.soft(record?.error?.message, scenario.name).not.toContain(CANARY);
  }

  // A full Redis makes every write an error that carries its arguments.
  await redis.config("SET", "maxmemory", "1");
  const refused = await post(JSON.stringify(bodyOf({ name: "full" })));
  expect(refused.status).toBe(503);
  await redis.config("SET", "maxmemory", "0");

  const fileUrl = records.flatMap(({ files }) => files.map(({ url }) => url))[0] ?? "";
  const files = `${emulator.url}/files/`;
  expect(fileUrl.startsWith(files), fileUrl).toBe(true);
  const secrets = [CANARY, files];

  for (const service of services) {
    const answer = await fetch(`${service.url}/metrics`);
    const metrics = await answer.text();
    expect(metrics).toContain("apidot_queue_generations_settled_total");
    for (const secret of secrets) expect.soft(metrics, service.name).not.toContain(secret);
  }

  const everything = await readEverything(redis);
  const holding = (secret: string, kinds: RegExp): string[] =>
    everything
      .filter(({ key, text }) => `${key} ${text}`.includes(secret) && !kinds.test(key))
      .map(({ key, field, text }) => `${key} ${field ?? ""}: ${text}`);
  // Requests and options hold what the caller gave, files what the upstream gave; nothing else.
  expect.soft(holding(CANARY, /^\{aq\.default\}:[ro]:/)).toEqual([]);
  expect.soft(holding(files, /^\{aq\.default\}:f:/)).toEqual([]);
  const keysWith = (secret: string): string[] =>
    everything.filter(({ text }) => text.includes(secret)).map(({ key }) => key);
  expect(keysWith(OPTIONS.notify_url).length).toBeGreaterThanOrEqual(SCENARIOS.length);
  expect(keysWith(fileUrl)).toHaveLength(1);
  // Jobs were there to be looked at, a failed one with its reason among them. One that is done is
  // removed.
  const jobFields = everything.filter(({ key }) => /:submit:default_/.test(key));
  const fields = new Set(jobFields.map(({ field }) => field));
  for (const field of ["data", "opts", "failedReason", "stacktrace"]) {
    expect(fields).toContain(field);
  }

  const ends = await endAll([...services, emulator], "SIGTERM");
  for (const [name, end] of Object.entries(ends)) {
    expect(end, name).toEqual({ code: 0, signal: null });
  }
  expect(gateway.output()).toContain('"msg":"request answered"');
  expect(submitWorker.output()).toContain('"level":"debug"');
  expect(statusWorker.output()).toContain('"msg":"task is over"');
  for (const { name, output } of [...services, emulator]) {
    const lines = output().split("\n");
    for (const secret of secrets) {
      expect
        .soft(
          lines.filter((line) => line.includes(secret)),
          name,
        )
        .toEqual([]);
    }
  }
});
