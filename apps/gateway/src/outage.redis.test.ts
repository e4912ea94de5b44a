import { type PrivateRedis, startPrivateRedis } from "@apidot-queue/runtime";
import { uniqueLane } from "@apidot-queue/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  type Answer,
  type GatewayUnderTest,
  LITE,
  startGatewayUnderTest,
} from "../test/gateway-under-test.ts";

let server: PrivateRedis;
let under: GatewayUnderTest;
/** The path of a generation that was stored before the outage. */
let path: string;
beforeEach(async () => {
  server = await startPrivateRedis({ appendfsync: "always" });
  under = await startGatewayUnderTest(server.url);
  path = `/v1/generations/${(await enqueue(uniqueLane())).json["id"] as string}`;
});
afterEach(async () => {
  await under.stop();
  await server.stop();
});

const enqueue = (key?: string): Promise<Answer> =>
  under.post("/v1/generations", LITE, key === undefined ? {} : { "idempotency-key": key });
const facts = ({ status, json, headers }: Answer): unknown[] => [
  status,
  json["code"],
  headers.get("retry-after"),
];
const NOT_STORED = [503, "not_stored", "1"];
const STORAGE_UNKNOWN = [503, "storage_unknown", "1"];
const UNAVAILABLE = [503, "unavailable", "1"];

/** Reads and cancels alike. */
async function expectUnavailable(): Promise<void> {
  for (const target of [path, "/v1/generations"]) {
    expect(facts(await under.call(target))).toEqual(UNAVAILABLE);
  }
  expect(facts(await under.post(`${path}/cancel`, ""))).toEqual(UNAVAILABLE);
}

describe("Redis away", () => {
  it("answers 503 with nothing sent, however long it lasts, and works again by itself", async () => {
    await server.kill("SIGKILL");
    await expect.poll(async () => facts(await enqueue()), { timeout: 10_000 }).toEqual(NOT_STORED);
    for (let n = 0; n < 20; n += 1) expect(facts(await enqueue(uniqueLane()))).toEqual(NOT_STORED);
    await expectUnavailable();
    // What needs no Redis is served all the same.
    expect((await under.call("/v1/models")).status).toBe(200);
    expect((await under.post("/v1/generations", {})).status).toBe(400);

    const again = await startPrivateRedis({ dir: server.dir, port: server.port });
    await expect.poll(async () => (await under.call(path)).status, { timeout: 15_000 }).toBe(200);
    expect((await enqueue()).status).toBe(202);
    await again.stop();
  });

  it("that dies in the middle of requests leaves them open, with the id to ask for where it is known", async () => {
    const keys = Array.from({ length: 8 }, () => uniqueLane());
    await server.kill("SIGSTOP");
    const posts = keys.map((key) => enqueue(key));
    const withoutKey = enqueue();
    const reads = [under.call(path), under.call("/v1/generations")];
    // One for each request but the read of a single generation.
    await expect.poll(() => under.unansweredScriptCount()).toBe(10);
    await server.kill("SIGKILL");

    // Whose id a key has could not be asked: one that was used before has another's.
    for (const answer of await Promise.all(posts)) {
      expect(facts(answer)).toEqual(STORAGE_UNKNOWN);
      expect(answer.headers.get("location")).toBeNull();
    }
    expect(facts(await withoutKey)).toEqual(STORAGE_UNKNOWN);
    expect((await withoutKey).headers.get("location")).toMatch(
      new RegExp(`^/v1/generations/${under.lane}_[0-9a-z]{26}$`),
    );
    for (const answer of await Promise.all(reads)) expect(facts(answer)).toEqual(UNAVAILABLE);

    const again = await startPrivateRedis({ dir: server.dir, port: server.port });
    await expect.poll(async () => (await under.call(path)).status, { timeout: 15_000 }).toBe(200);
    // The same keys find what was stored, or store it now: one generation each.
    const first = await Promise.all(keys.map((key) => enqueue(key)));
    const second = await Promise.all(keys.map((key) => enqueue(key)));
    expect(first.map(({ status }) => status)).toEqual(keys.map(() => 202));
    expect(second.map(({ json }) => json["id"])).toEqual(first.map(({ json }) => json["id"]));
    await again.stop();
  });
});

describe("Redis that hangs", () => {
  it("leaves the first request open and refuses the others before anything is sent", async () => {
    const key = uniqueLane();
    await server.kill("SIGSTOP");
    const hung = await enqueue(key);
    expect(facts(hung)).toEqual(STORAGE_UNKNOWN);
    expect(hung.headers.get("location")).toBeNull();
    // What the ping is for: behind a time-out nothing more is sent.
    for (let n = 0; n < 20; n += 1) expect(facts(await enqueue(key))).toEqual(NOT_STORED);
    await expectUnavailable();

    await server.kill("SIGCONT");
    await expect.poll(async () => (await under.call(path)).status, { timeout: 15_000 }).toBe(200);
    // The hung request took the key after all, and counts as under way for some seconds.
    await expect.poll(async () => (await enqueue(key)).status, { timeout: 15_000 }).toBe(202);
    const again = await enqueue(key);
    expect(again.status).toBe(202);
    expect((await enqueue(key)).json).toEqual(again.json);
  });
});
