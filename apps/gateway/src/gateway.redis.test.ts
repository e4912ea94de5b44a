import { openJournal } from "@apidot-queue/journal";
import {
  createHealth,
  createLogger,
  createRedisWatch,
  connectRedis,
  parseRedisUrl,
  Registry,
  collectFromJournal,
  startPrivateRedis,
} from "@apidot-queue/runtime";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Gateway, startGateway } from "./gateway.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } };
const FAST = { model: "veo3.1-fast", input: { prompt: "a kayak" } };
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};

let redis: Redis;
let lane: string;
let gateway: Gateway;
let logLines: string[];
let closers: (() => void)[];

async function start(redisUrl: string): Promise<Gateway> {
  const target = parseRedisUrl(redisUrl);
  if (!target.ok) throw new Error(target.problem);
  const logger = createLogger({
    app: "gateway",
    level: "trace",
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const connection = connectRedis(target.value, "producer", {
    watch: createRedisWatch({ logger }),
  });
  closers.push(() => connection.disconnect());
  await new Promise<void>((resolve) => connection.once("ready", () => resolve()));
  const registry = new Registry();
  collectFromJournal(registry, () => openJournal(connection, lane).figures());
  const health = createHealth();
  health.markStarted();
  return startGateway({
    redis: connection,
    logger,
    registry,
    health,
    host: "127.0.0.1",
    port: 0,
    allowUnknownModels: false,
    defaultLane: lane,
  });
}

beforeEach(async () => {
  logLines = [];
  closers = [];
  redis = connectTestRedis();
  lane = uniqueLane();
  gateway = await start(testRedisUrl());
});
afterEach(async () => {
  await gateway.stop();
  for (const close of closers) close();
  redis.disconnect();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

async function call(path: string, init: RequestInit = {}, base = gateway.url): Promise<Answer> {
  const response = await fetch(`${base}${path}`, init);
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}, base?: string) {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
  return call(path, init, base);
}

const storedCount = async (): Promise<number> => (await redis.keys(`{aq.${lane}}:g:*`)).length;

describe("POST /v1/generations", () => {
  it("answers 202 with the stored record and where to find it", async () => {
    const body = { ...LITE, user_id: "u1", metadata: { order: 1 }, priority: "high" };
    const answer = await post("/v1/generations", body);
    expect(answer.status).toBe(202);
    const id = answer.json["id"] as string;
    expect(answer.headers.get("location")).toBe(`/v1/generations/${id}`);
    expect(answer.json).toMatchObject({ status: "queued", user_id: "u1", metadata: { order: 1 } });
    expect((await call(`/v1/generations/${id}`)).json).toEqual(answer.json);
    expect(await storedCount()).toBe(1);
  });

  it("gives the same record for the same Idempotency-Key and body, 422 for another body", async () => {
    const headers = { "idempotency-key": uniqueLane() };
    const first = await post("/v1/generations", LITE, headers);
    const again = await post("/v1/generations", LITE, headers);
    expect([again.status, again.json]).toEqual([202, first.json]);
    const other = await post("/v1/generations", FAST, headers);
    expect([other.status, other.json["code"]]).toEqual([422, "idempotency_key_reused"]);
    expect(await storedCount()).toBe(1);
  });

  const wrong: [string, unknown, string[]][] = [
    ["no object", [], [""]],
    ["nothing in it", {}, ["/input", "/model"]],
    ["prompt missing", { model: "veo3.1-lite", input: {} }, ["/input/prompt"]],
    [
      "1080 as a number",
      { ...LITE, input: { prompt: "x", resolution: 1080 } },
      ["/input/resolution"],
    ],
    [
      "images on lite",
      {
        model: "veo3.1-lite",
        input: { prompt: "x", generate_type: "frame", image_urls: ["https://a.example/1.png"] },
      },
      ["/input/generate_type", "/input/image_urls"],
    ],
    [
      "unknown model with other mistakes beside it",
      { model: "veo9", input: { duration: 7 }, priority: "urgent" },
      ["/input/duration", "/input/prompt", "/model", "/priority"],
    ],
    [
      "extra fields",
      { ...LITE, colour: 1, input: { prompt: "x", seed: 1 } },
      ["/colour", "/input/seed"],
    ],
    ["a lane that nobody works", { ...LITE, lane: "nobody" }, ["/lane"]],
    ["a bad lane name", { ...LITE, lane: "NO SUCH" }, ["/lane"]],
  ];
  it.each(wrong)("names every wrong field and stores nothing: %s", async (_, body, pointers) => {
    const answer = await post("/v1/generations", body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.json).toMatchObject({ status: 400, code: "invalid_request" });
    const errors = answer.json["errors"] as { pointer: string }[];
    expect(errors.map((error) => error.pointer).toSorted()).toEqual(pointers);
    expect(await storedCount()).toBe(0);
  });

  it("names a __proto__ that came over the wire", async () => {
    const answer = await post(
      "/v1/generations",
      '{"model":"veo3.1-lite","input":{"prompt":"x","__proto__":{"a":1}}}',
    );
    expect(answer.json["errors"]).toMatchObject([{ pointer: "/input/__proto__" }]);
  });

  it.each([
    ["broken JSON", "{", {}, 400, "invalid_json"],
    ["plain text", "{}", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    [
      "a form",
      "{}",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "unsupported_media_type",
    ],
    [
      "over 256 KiB",
      JSON.stringify({ ...LITE, pad: "x".repeat(300_000) }),
      {},
      413,
      "body_too_large",
    ],
    ["a long key", LITE, { "idempotency-key": "k".repeat(256) }, 400, "invalid_idempotency_key"],
  ])("refuses %s", async (_, body, headers, status, code) => {
    const answer = await post("/v1/generations", body, headers);
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
    expect(await storedCount()).toBe(0);
  });
});

describe("other calls", () => {
  it("cancel answers with the record, and again with the same", async () => {
    const { json } = await post("/v1/generations", LITE);
    const canceled = await post(`/v1/generations/${json["id"] as string}/cancel`, "");
    expect(canceled.json).toMatchObject({ id: json["id"], status: "canceled" });
    const again = await call(`/v1/generations/${json["id"] as string}/cancel`, { method: "POST" });
    expect([again.status, again.json]).toEqual([200, canceled.json]);
  });

  it("cancel takes a body only as JSON", async () => {
    const { json } = await post("/v1/generations", LITE);
    const path = `/v1/generations/${json["id"] as string}`;
    const form = await post(`${path}/cancel`, "a=b", { "content-type": "text/plain" });
    expect([form.status, form.json["code"]]).toEqual([415, "unsupported_media_type"]);
    expect((await post(`${path}/cancel`, "{")).json["code"]).toBe("invalid_json");
    expect((await call(path)).json["status"]).toBe("queued");
    expect((await post(`${path}/cancel`, {})).json["status"]).toBe("canceled");
  });

  it.each([
    ["GET", "/v1/generations/nonsense", 404, "not_found"],
    ["GET", "/v1/generations/default_01jd0000000000000000000000", 404, "not_found"],
    ["GET", "/nowhere", 404, "not_found"],
    ["DELETE", "/v1/generations", 405, "method_not_allowed"],
    ["PUT", "/v1/generations/x", 405, "method_not_allowed"],
    ["POST", "/metrics", 405, "method_not_allowed"],
  ])("%s %s is %i", async (method, path, status, code) => {
    const answer = await call(path, { method });
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
  });

  it("serves health and metrics, the journal's figures among them", async () => {
    await post("/v1/generations", LITE);
    expect((await call("/healthz")).status).toBe(200);
    expect((await call("/readyz")).status).toBe(200);
    const metrics = (await call("/metrics")).text;
    expect(metrics).toContain(
      `apidot_queue_generations_enqueued_total{lane="${lane}",model="veo3.1-lite"} 1`,
    );
  });

  it("echoes a usable request id and makes one otherwise", async () => {
    const given = await call("/healthz", { headers: { "x-request-id": "abc-1" } });
    expect(given.headers.get("x-request-id")).toBe("abc-1");
    const odd = await call("/healthz", { headers: { "x-request-id": "a b" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

/** fetch does not let a caller choose Host and Sec-Fetch-Site; plain HTTP does. */
function rawStatus(headers: Record<string, string>, path = "/healthz"): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: "127.0.0.1", port: gateway.port, path, headers }, (res) => {
      res.resume();
      resolve(res.statusCode ?? 0);
    });
    req.on("error", reject);
    req.end();
  });
}

describe("a gateway without tokens", () => {
  it.each([
    [{ host: "localhost" }, 200],
    [{ host: "localhost:8787" }, 200],
    [{ host: "127.0.0.1:1" }, 200],
    [{ host: "[::1]:8787" }, 200],
    [{ host: "evil.example" }, 403],
    [{ host: "127.0.0.1.evil.example" }, 403],
    [{ host: "localhost.evil.example:8787" }, 403],
    [{ host: "localhost:8787", origin: "http://localhost:8787" }, 200],
    [{ host: "localhost:8787", origin: "https://evil.example" }, 403],
    [{ host: "localhost:8787", origin: "http://localhost:3000" }, 403],
    [{ host: "localhost:8787", origin: "null" }, 403],
    [{ host: "localhost", "sec-fetch-site": "cross-site" }, 403],
    [{ host: "localhost", "sec-fetch-site": "same-site" }, 403],
    [{ host: "localhost", "sec-fetch-site": "same-origin" }, 200],
    [{ host: "localhost", "sec-fetch-site": "none" }, 200],
  ])("with %o answers %i", async (headers, status) => {
    expect(await rawStatus(headers)).toBe(status);
  });

  it("refuses a foreign target in absolute form, whatever the Host says", async () => {
    const target = "http://evil.example/healthz";
    expect(await rawStatus({ host: "localhost" }, target)).toBe(403);
    expect(await rawStatus({ host: "localhost" }, "http://localhost/healthz")).toBe(200);
  });

  it("has no CORS headers", async () => {
    const answer = await call("/healthz", { method: "OPTIONS" });
    expect([...answer.headers.keys()].filter((key) => key.startsWith("access-control"))).toEqual(
      [],
    );
  });
});

describe("Redis away", () => {
  it("answers 503 with the advice to try again, and works again by itself", async () => {
    const server = await startPrivateRedis({ appendfsync: "always" });
    const own = await start(server.url);
    const stored = await post("/v1/generations", LITE, {}, own.url);
    await server.kill("SIGKILL");
    const refusal = async () => {
      const answer = await post("/v1/generations", LITE, {}, own.url);
      return [answer.status, answer.json["code"], answer.headers.get("retry-after")];
    };
    await expect.poll(refusal, { timeout: 10_000 }).toEqual([503, "not_stored", "1"]);
    const path = `/v1/generations/${stored.json["id"] as string}`;
    expect((await call(path, {}, own.url)).json["code"]).toBe("unavailable");
    const again = await startPrivateRedis({ dir: server.dir, port: server.port });
    await expect
      .poll(async () => (await call(path, {}, own.url)).status, { timeout: 15_000 })
      .toBe(200);
    expect((await post("/v1/generations", LITE, {}, own.url)).status).toBe(202);
    await own.stop();
    await again.stop();
  });
});

describe("Redis that hangs", () => {
  it("leaves it open whether the record is stored, and says under which id", async () => {
    const server = await startPrivateRedis();
    const own = await start(server.url);
    const headers = { "idempotency-key": uniqueLane() };
    const { json } = await post("/v1/generations", LITE, {}, own.url);
    await server.kill("SIGSTOP");
    const hung = await post("/v1/generations", LITE, headers, own.url);
    expect([hung.status, hung.json["code"]]).toEqual([503, "storage_unknown"]);
    expect(hung.headers.get("retry-after")).toBe("1");
    const location = hung.headers.get("location") ?? "";
    expect(location).toMatch(new RegExp(`^/v1/generations/${lane}_[0-9a-z]{26}$`));
    await server.kill("SIGCONT");
    const path = `/v1/generations/${json["id"] as string}`;
    await expect
      .poll(async () => (await call(path, {}, own.url)).status, { timeout: 15_000 })
      .toBe(200);
    const again = await post("/v1/generations", LITE, headers, own.url);
    expect(again.status).toBe(202);
    expect((await post("/v1/generations", LITE, headers, own.url)).json).toEqual(again.json);
    await own.stop();
    await server.stop();
  });
});

describe("logs", () => {
  it("hold one line per request and nothing of what was in it", async () => {
    const canary = `canary${uniqueLane()}`;
    await post(
      `/v1/generations?q=${canary}`,
      {
        model: "veo3.1-fast",
        input: {
          prompt: canary,
          generate_type: "frame",
          image_urls: [`https://${canary}.example/1.png`],
        },
        metadata: { canary },
        notify_url: `https://${canary}.example/hook`,
      },
      { "idempotency-key": canary, authorization: `Bearer ${canary}` },
    );
    await call(`/${canary}`);
    const lines = logLines.filter((line) => line.includes("request answered"));
    expect(lines).toHaveLength(2);
    expect(logLines.join("")).not.toContain(canary);
    expect((await call("/metrics")).text).not.toContain(canary);
  });
});

describe("the record of each status", () => {
  const FILES = [{ url: "https://files.example/video.mp4", type: "video" }];
  const TIMES = { deadlineMs: 3_600_000, firstPollMs: 0 };

  async function drive(status: string): Promise<Record<string, unknown>> {
    const journal = openJournal(redis, lane);
    const { json } = await post("/v1/generations", {
      ...LITE,
      user_id: "user-7",
      metadata: { order: 1042 },
    });
    const id = json["id"] as string;
    const attempt = async () => {
      const begun = await journal.begin(id, "0a1b2c3d", LIMITS);
      if (begun.kind !== "begun") throw new Error("not begun");
      return begun.attempt;
    };
    const claim = async () => (await journal.claimPolls(1, 10_000)).polls[0]!;
    const accept = async () => journal.accept(await attempt(), `task-${id}`, TIMES);
    switch (status) {
      case "queued":
        break;
      case "submitting":
        await attempt();
        break;
      case "unconfirmed":
        await journal.unconfirm(await attempt(), "answer_lost", 60_000);
        break;
      case "held":
        await journal.unconfirm(await attempt(), "answer_lost", 0);
        await journal.endGrace(id, "hold", 3);
        break;
      case "running": {
        await accept();
        const facts = { pollCount: 3, errorCount: 0, doubt: null, progress: 42 };
        await journal.snoozePoll(await claim(), 5_000, facts);
        break;
      }
      case "succeeded":
        await accept();
        await journal.settle(await claim(), { event: "finished", files: FILES });
        break;
      case "failed":
        await journal.reject(await attempt(), "invalid_request", "veo3.1-lite refused the prompt");
        break;
      case "canceled":
        await journal.cancel(id);
        break;
    }
    return (await call(`/v1/generations/${id}`)).json;
  }

  /** What differs from run to run, made the same. */
  function normalised(value: unknown, key = ""): unknown {
    if (Array.isArray(value)) return value.map((item) => normalised(item));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, normalised(member, name)]),
      );
    }
    if (key === "lane") return "<lane>";
    if (typeof value !== "string") return value;
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return "<time>";
    return key === "id" ? "<id>" : value;
  }

  it.each([
    "queued",
    "submitting",
    "unconfirmed",
    "held",
    "running",
    "succeeded",
    "failed",
    "canceled",
  ])("%s is as its example in the docs", async (status) => {
    const served = await drive(status);
    expect(served["status"]).toBe(status);
    const file = new URL(`../../../docs/records/${status}.json`, import.meta.url);
    const example = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    expect(Object.keys(served)).toEqual(Object.keys(example));
    expect(normalised(served)).toEqual(normalised(example));
  });
});
