import { CATALOG } from "@apidot-queue/core";
import { uniqueLane } from "@apidot-queue/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  FAST,
  type GatewayUnderTest,
  LITE,
  mistakesOf,
  startGatewayUnderTest,
} from "../test/gateway-under-test.ts";

let under: GatewayUnderTest;
beforeAll(async () => (under = await startGatewayUnderTest()));
afterAll(() => under.stop());

describe("POST /v1/generations", () => {
  it("answers 202 with the stored record and where to find it", async () => {
    const body = { ...LITE, user_id: "u1", metadata: { order: 1 }, priority: "high" };
    const answer = await under.post("/v1/generations", body);
    expect(answer.status).toBe(202);
    const id = answer.json["id"] as string;
    expect(answer.headers.get("location")).toBe(`/v1/generations/${id}`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.json).toMatchObject({ status: "queued", user_id: "u1", metadata: { order: 1 } });
    const read = await under.call(`/v1/generations/${id}`);
    expect(read.json).toEqual(answer.json);
    expect(read.headers.get("cache-control")).toBe("no-store");
  });

  it("gives the same record for the same Idempotency-Key and body, 422 for another body", async () => {
    const storedCount = await under.storedCount();
    const headers = { "idempotency-key": uniqueLane() };
    const first = await under.post("/v1/generations", LITE, headers);
    const again = await under.post("/v1/generations", LITE, headers);
    expect([again.status, again.json]).toEqual([202, first.json]);
    const other = await under.post("/v1/generations", FAST, headers);
    expect([other.status, other.json["code"]]).toEqual([422, "idempotency_key_reused"]);
    expect(other.headers.get("location")).toBe(`/v1/generations/${first.json["id"] as string}`);
    expect(await under.storedCount()).toBe(storedCount + 1);
  });

  it("names mistakes in the header, the query and the body together", async () => {
    const storedCount = await under.storedCount();
    const answer = await under.post(
      "/v1/generations?dry=1&__proto__=2",
      { model: "veo3.1-lite", input: {}, lane: "nobody" },
      { "idempotency-key": "k".repeat(256) },
    );
    expect([answer.status, answer.json["code"]]).toEqual([400, "invalid_request"]);
    expect(mistakesOf(answer)).toEqual([
      "/input/prompt required",
      "/lane invalid_value",
      "header /idempotency-key too_long",
      "query /__proto__ unknown_field",
      "query /dry unknown_field",
    ]);
    expect(answer.text).not.toContain("kkkk");
    expect(await under.storedCount()).toBe(storedCount);
  });

  it("names a bad header beside a body that cannot be read", async () => {
    const answer = await under.post("/v1/generations", "{", { "idempotency-key": "" });
    expect([answer.status, answer.json["code"]]).toEqual([400, "invalid_json"]);
    expect(mistakesOf(answer)).toEqual(["header /idempotency-key invalid_value"]);
  });
});

describe("POST /v1/estimates", () => {
  it("says what a request costs, with the catalog's date, and stores nothing", async () => {
    const newKeys = await under.followKeys();
    const body = { ...FAST, input: { prompt: "x".repeat(1_001), resolution: "4k" }, user_id: "u" };
    const answer = await under.post("/v1/estimates", body);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      model: "veo3.1-fast",
      credits: { estimated: 60, catalog_date: "2026-06-14" },
      warnings: [expect.objectContaining({ pointer: "/input/prompt", code: "long_prompt" })],
    });
    expect(await newKeys()).toEqual([]);
  });

  it("refuses what an enqueue refuses, in the same words", async () => {
    const body = { model: "veo9", input: { duration: 7 }, lane: "nobody", priority: 1 };
    const estimated = await under.post("/v1/estimates", body);
    expect(estimated.json).toEqual((await under.post("/v1/generations", body)).json);
    expect(estimated.status).toBe(400);
  });
});

describe("GET /v1/models", () => {
  it("has the catalog with its prices and their date", async () => {
    const { json } = await under.call("/v1/models");
    const models = json["data"] as { id: string; price: object; catalog_date: string }[];
    expect(models.map(({ id }) => id)).toEqual([...CATALOG.keys()]);
    expect(models[1]).toMatchObject({
      price: { by: "resolution", credits: { "720p": 36, "1080p": 36, "4k": 60 } },
      catalog_date: "2026-06-14",
    });
  });
});

describe("other calls", () => {
  it("cancel answers with the record, and again with the same", async () => {
    const { json } = await under.post("/v1/generations", LITE);
    const path = `/v1/generations/${json["id"] as string}/cancel`;
    const canceled = await under.post(path, "");
    expect(canceled.json).toMatchObject({ id: json["id"], status: "canceled" });
    const again = await under.call(path, { method: "POST" });
    expect([again.status, again.json]).toEqual([200, canceled.json]);
  });

  it("cancel takes a body only as JSON, and no parameter", async () => {
    const { json } = await under.post("/v1/generations", LITE);
    const path = `/v1/generations/${json["id"] as string}`;
    const form = await under.post(`${path}/cancel`, "a=b", { "content-type": "text/plain" });
    expect([form.status, form.json["code"]]).toEqual([415, "unsupported_media_type"]);
    expect((await under.post(`${path}/cancel`, "{")).json["code"]).toBe("invalid_json");
    expect(mistakesOf(await under.post(`${path}/cancel?force=1`, {}))).toEqual([
      "query /force unknown_field",
    ]);
    expect((await under.call(path)).json["status"]).toBe("queued");
    expect((await under.post(`${path}/cancel`, {})).json["status"]).toBe("canceled");
  });

  it.each([
    ["GET", "/v1/generations/nonsense", 404, "not_found"],
    ["GET", "/v1/generations/default_01jd0000000000000000000000", 404, "not_found"],
    ["GET", "/v1/generations/default_01jd0000000000000000000000?x=1", 400, "invalid_request"],
    ["POST", "/v1/generations/default_01jd0000000000000000000000/cancel", 404, "not_found"],
    ["GET", "/v1/models?x=1", 400, "invalid_request"],
    ["GET", "/nowhere", 404, "not_found"],
    ["GET", "/v1/generations/", 404, "not_found"],
    ["DELETE", "/v1/generations", 405, "method_not_allowed"],
    ["PUT", "/v1/generations/x", 405, "method_not_allowed"],
    ["GET", "/v1/estimates", 405, "method_not_allowed"],
    ["POST", "/metrics", 405, "method_not_allowed"],
    ["POST", "/openapi.json", 405, "method_not_allowed"],
  ])("%s %s is %i", async (method, path, status, code) => {
    const answer = await under.call(path, { method });
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
  });

  it("a HEAD is a GET without its body", async () => {
    const { json } = await under.post("/v1/generations", LITE);
    for (const path of ["/v1/generations", `/v1/generations/${json["id"] as string}`, "/healthz"]) {
      const answer = await under.call(path, { method: "HEAD" });
      expect([path, answer.status, answer.text]).toEqual([path, 200, ""]);
    }
  });

  it("a 405 says which methods there are", async () => {
    const { headers } = await under.call("/v1/generations", { method: "DELETE" });
    expect(headers.get("allow")).toBe("POST, GET, HEAD");
  });

  it("serves health and metrics to probes with parameters of their own", async () => {
    expect((await under.call("/healthz?probe=1")).status).toBe(200);
    expect((await under.call("/readyz")).status).toBe(200);
    const metrics = (await under.call("/metrics")).text;
    expect(metrics).toContain(
      `apidot_queue_generations_enqueued_total{lane="${under.lane}",model="veo3.1-lite"} `,
    );
  });
});
