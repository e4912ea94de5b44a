import { overlayCatalog } from "@apidot-queue/core";
import { createProducer } from "@apidot-queue/producer";
import { testRedisUrl } from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { type GatewayUnderTest, startGatewayUnderTest } from "../test/gateway-under-test.ts";

let under: GatewayUnderTest;
beforeAll(async () => {
  const overlaid = overlayCatalog({
    "sora-2-official": { status: "active" },
    "veo3.1-lite": { status: "paused", reason: "over budget", successor: "veo3.1-fast" },
    "veo3.1-fast": {
      price: { credits: { "720p": 7, "1080p": 8, "4k": 9 } },
      catalog_date: "2026-11-01",
    },
  });
  if (!overlaid.ok) throw new Error("the overlay is wrong");
  under = await startGatewayUnderTest(undefined, undefined, { catalog: overlaid.catalog });
});
afterAll(() => under.stop());

const input = { prompt: "a boat" };

it("a laid-over catalog counts at every door", async () => {
  const { json } = await under.call("/v1/models");
  const models = json["data"] as { id: string; status: string; catalog_date: string }[];
  const statusOf = (id: string) => models.find((model) => model.id === id)?.status;
  expect([statusOf("sora-2-official"), statusOf("veo3.1-lite")]).toEqual(["active", "paused"]);

  const revived = await under.post("/v1/generations", { model: "sora-2-official", input });
  expect([revived.status, revived.json["credits"]]).toEqual([
    202,
    { estimated: 48, catalog_date: "2026-06-14" },
  ]);
  const priced = { model: "veo3.1-fast", input };
  const expected = { estimated: 7, catalog_date: "2026-11-01" };
  expect((await under.post("/v1/estimates", priced)).json["credits"]).toEqual(expected);
  const stored = await under.post("/v1/generations", priced);
  expect(stored.json["credits"]).toEqual(expected);
  await under.post(`/v1/generations/${stored.json["id"] as string}/cancel`, {});
  const retry = await under.post(`/v1/generations/${stored.json["id"] as string}/retry`, {});
  expect(retry.json["credits"]).toEqual(expected);
});

it("a paused model is refused with the reason and what to take instead, before anything is stored", async () => {
  const before = await under.storedCount();
  for (const path of ["/v1/generations", "/v1/estimates", "/api/generate/submit"]) {
    const body = { model: "veo3.1-lite", input };
    const { status, text } = await under.post(path, body, { authorization: "Bearer k" });
    expect([path, status]).toEqual([path, 400]);
    expect(text).toContain("veo3.1-lite is paused: over budget; use veo3.1-fast");
  }
  expect(await under.storedCount()).toBe(before);
});

it.each(["/v1/generations", "/api/generate/submit"])(
  "%s answers a key with what it has made, though its model is paused since",
  async (path) => {
    const before = createProducer({ redis: testRedisUrl(), lane: under.lane });
    onTestFinished(() => before.close());
    const body = { model: "veo3.1-lite", input } as const;
    const key = `order-${under.lane}-${path}`;
    const { id } = await before.enqueue(body, { idempotencyKey: key });
    const headers = { "idempotency-key": key, authorization: "Bearer any" };
    const again = await under.post(path, body, headers);
    expect(again.status).toBe(path.startsWith("/v1") ? 202 : 200);
    expect(again.text).toContain(id);
    const other = await under.post(path, { ...body, input: { prompt: "another" } }, headers);
    expect(other.status).toBe(400);
    const alone = await under.post(path, body, { ...headers, "idempotency-key": `${key}-new` });
    expect(alone.status).toBe(400);
  },
);
