import { uniqueLane } from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";

import { BAD_BYTES } from "../test/bad-bytes.ts";
import { BAD_REQUESTS } from "../test/bad-requests.ts";
import {
  type GatewayUnderTest,
  mistakesOf,
  startGatewayUnderTest,
} from "../test/gateway-under-test.ts";

let under: GatewayUnderTest;
beforeAll(async () => (under = await startGatewayUnderTest()));
afterAll(() => under.stop());

it("the table has at least a hundred bad requests, each once", () => {
  expect(new Set(BAD_REQUESTS.map(([, body]) => JSON.stringify(body))).size).toBe(
    BAD_REQUESTS.length,
  );
  expect(BAD_REQUESTS.length).toBeGreaterThanOrEqual(100);
});

it.each(BAD_REQUESTS)("names every wrong field and stores nothing: %s", async (_, body, wrong) => {
  const newKeys = await under.followKeys();
  const answer = await under.post("/v1/generations", JSON.stringify(body), {
    "idempotency-key": uniqueLane(),
  });
  expect([answer.status, answer.json["code"]]).toEqual([400, "invalid_request"]);
  expect(mistakesOf(answer)).toEqual(wrong);
  for (const { message } of answer.json["errors"] as { message: string }[]) {
    expect(message).not.toBe("");
  }
  // No record, no hint and no key: where nothing is stored, nothing is submitted.
  expect(await newKeys()).toEqual([]);
});

it.each(BAD_BYTES)("refuses it and stores nothing: $title", async (bad) => {
  const { body, headers, query = "", status, code, wrong = [] } = bad;
  const newKeys = await under.followKeys();
  const answer = await under.call(`/v1/generations${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": uniqueLane(), ...headers },
    body,
  });
  expect([answer.status, answer.json["code"]]).toEqual([status, code]);
  expect(mistakesOf(answer)).toEqual(wrong);
  expect(await newKeys()).toEqual([]);
});

it("takes a good request all the same", async () => {
  const newKeys = await under.followKeys();
  const good = { model: "veo3.1-lite", input: { prompt: "x" } };
  expect((await under.post("/v1/generations", good)).status).toBe(202);
  expect(await newKeys()).not.toEqual([]);
});
