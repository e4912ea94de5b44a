import {
  CALLBACK_TOKEN_TTL_MS,
  type CallbackKeys,
  type CallbackSubject,
  callbackToken,
} from "@apidot-queue/callback";
import type { Redis } from "ioredis";
import { Agent, request } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connectTestRedis } from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";

import { CALLBACK_KEYS, startStack, type Stack } from "./stack.ts";

/** How many are sent; `FORGED_CALLBACKS` sets another number. */
const COUNT = Number(process.env["FORGED_CALLBACKS"] || 10_000);
const AT_A_TIME = 64;
const GROWTH_LIMIT_BYTES = 64 * 1_024 * 1_024;

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;
const FOREIGN_KEYS: CallbackKeys = [{ kid: "test", secret: "somebody else's secret" }];

let stack: Stack;
let redis: Redis;
const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
beforeAll(async () => {
  redis = connectTestRedis();
  stack = await startStack({ hasCallbacks: true });
});
afterAll(async () => {
  agent.destroy();
  await stack.stop();
  redis.disconnect();
});

function post(path: string, body: string): Promise<number> {
  const { gatewayUrl } = stack;
  return new Promise((resolve, reject) => {
    const req = request(`${gatewayUrl}${path}`, { method: "POST", agent }, (res) => {
      res.resume();
      res.once("end", () => resolve(res.statusCode ?? 0));
    });
    req.once("error", reject);
    req.end(body);
  });
}

/** Everything that Redis holds of the lane, but what callbacks may leave and what ticks by itself. */
async function contents(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const keys of redis.scanStream({ match: `{aq.${stack.lane}}:*`, count: 1_000 })) {
    for (const key of keys as string[]) {
      if (/:(submit:|lane$|rescue-round$)/.test(key)) continue;
      all[key] = (await redis.dump(key)) ?? "";
    }
  }
  return all;
}

it(`${COUNT} forged, expired, swapped, replayed and doubled callbacks change nothing`, async () => {
  const ids: string[] = [];
  for (let n = 0; n < 2; n += 1) ids.push((await stack.producer.enqueue(LITE)).id);
  const records = await Promise.all(
    ids.map((id) => stack.producer.wait(id, { timeoutMs: 30_000 })),
  );
  const tasks = records.map(({ task }) => task?.id ?? "");
  const [mine = "", other = ""] = ids;
  const [task = "", otherTask = ""] = tasks;
  const subject: CallbackSubject = { id: mine, attempt: 1 };
  const genuine = callbackToken(subject, CALLBACK_KEYS, Date.now());
  const body = (taskId: string): string =>
    JSON.stringify({ code: 200, data: { task_id: taskId, status: "failed" } });

  const unsigned = genuine.slice(0, genuine.lastIndexOf("."));
  const cases: readonly (readonly [name: string, token: string, body: string, status: number])[] = [
    ["forged mac", `${unsigned}.${"A".repeat(43)}`, body(task), 404],
    ["foreign key", callbackToken(subject, FOREIGN_KEYS, Date.now()), body(task), 404],
    ["another attempt", genuine.replace(`${mine}.1.`, `${mine}.2.`), body(task), 404],
    ["another generation", genuine.replace(mine, other), body(task), 404],
    [
      "expired",
      callbackToken(subject, CALLBACK_KEYS, Date.now() - CALLBACK_TOKEN_TTL_MS - 2_000),
      body(task),
      404,
    ],
    ["no token", "x".repeat(200), body(task), 404],
    ["a large body behind a forged token", `${unsigned}.${"B".repeat(43)}`, "x".repeat(9_000), 404],
    ["replayed", genuine, body(task), 200],
    ["swapped", genuine, body(otherTask), 200],
    ["no JSON", genuine, "finished", 200],
  ];

  // The first genuine one may be noted; from then on nothing moves.
  for (const [name, token, text, status] of cases) {
    expect([name, await post(`/callbacks/${token}`, text)]).toEqual([name, status]);
  }
  const before = await contents();
  const heapBefore = heap();
  const statuses = new Map<string, number>();
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < COUNT) {
      const [name, token, text] = cases[sent % cases.length]!;
      sent += 1;
      const key = `${name}: ${await post(`/callbacks/${token}`, text)}`;
      statuses.set(key, (statuses.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, sender));

  expect([...statuses.keys()].toSorted()).toEqual(
    cases.map(([name, , , status]) => `${name}: ${status}`).toSorted(),
  );
  expect(await contents()).toEqual(before);
  expect(heap() - heapBefore).toBeLessThan(GROWTH_LIMIT_BYTES);
  const answer = await fetch(`${stack.gatewayUrl}/healthz`);
  expect(answer.status).toBe(200);
}, 600_000);

/** What is held, garbage left out. */
function heap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
