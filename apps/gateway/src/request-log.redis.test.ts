import { uniqueLane } from "@apidot-queue/testkit";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";

import { type GatewayUnderTest, LITE, startGatewayUnderTest } from "../test/gateway-under-test.ts";

let under: GatewayUnderTest;
beforeEach(async () => (under = await startGatewayUnderTest()));
afterEach(() => under.stop());

const answered = (): Record<string, unknown>[] =>
  under.logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === "request answered");

it("each answer has the request id of its log line, the caller's own where it is usable", async () => {
  const given = await under.call("/healthz", { headers: { "x-request-id": "abc-1" } });
  const made = await under.post("/v1/generations", LITE, { "x-request-id": "a b" });
  const refused = await under.call("/nowhere", { headers: { "x-request-id": "x".repeat(65) } });
  const ids = [given, made, refused].map(({ headers }) => headers.get("x-request-id"));
  expect(ids[0]).toBe("abc-1");
  expect(ids[1]).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids[2]).toMatch(/^[0-9a-f-]{36}$/);
  expect(answered().map(({ requestId }) => requestId)).toEqual(ids);
  expect(answered()[1]).toMatchObject({
    method: "POST",
    path: "/v1/generations",
    httpStatus: 202,
    generationId: made.json["id"],
  });
});

it("a request that the app never sees has an answer and a line all the same", async () => {
  const socket = connect(under.gateway.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: a^b\r\nConnection: close\r\n\r\n");
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += String(chunk);
  const id = /^x-request-id: (\S+)\r$/im.exec(text)?.[1];
  expect(text).toContain("malformed_request");
  expect(answered().at(-1)).toMatchObject({ requestId: id, httpStatus: 400 });
});

it("the log holds one line per request and nothing of what was in it", async () => {
  const canary = `canary${uniqueLane()}`;
  await under.post(
    "/v1/generations",
    {
      model: "veo3.1-fast",
      input: {
        prompt: canary,
        generate_type: "frame",
        image_urls: [`https://${canary}.example/1.png`],
      },
      metadata: { canary },
      user_id: canary,
      notify_url: `https://${canary}.example/hook`,
    },
    { "idempotency-key": canary, authorization: `Bearer ${canary}` },
  );
  await under.call(`/${canary}`);
  await under.call(`/v1/generations?user_id=${canary}&${canary}=1`);
  await under.call("/healthz", { headers: { "x-request-id": `${canary} ${canary}` } });
  expect(answered()).toHaveLength(4);
  expect(under.logLines.join("")).not.toContain(canary);
  expect((await under.call("/metrics")).text).not.toContain(canary);
});
