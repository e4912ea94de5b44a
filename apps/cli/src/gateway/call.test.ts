import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, it, onTestFinished } from "vitest";

import { type CallOptions, callGateway } from "./call.ts";

async function listen(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const optionsFor = (url: string): CallOptions => ({ url, token: "t", fetch, time: Date.now });
const POST = { method: "POST", path: "/v1/generations", body: {} } as const;

it("does not follow a redirect, and so never takes the token elsewhere", async () => {
  let strangers = 0;
  const elsewhere = await listen((_, response) => {
    strangers += 1;
    response.end("{}");
  });
  const { url } = await listen((_, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/v1/generations` }).end();
  });
  const outcome = await callGateway(optionsFor(url), POST);
  expect(outcome).toMatchObject({ kind: "answered", status: 307 });
  expect(strangers).toBe(0);
});

it("a refused connection was not sent", async () => {
  const { server, url } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  expect(await callGateway(optionsFor(url), POST)).toEqual({
    kind: "not_sent",
    reason: "ECONNREFUSED",
  });
});

it("a connection that ends without an answer may have brought the request", async () => {
  const { url } = await listen((request) => request.socket.destroy());
  expect(await callGateway(optionsFor(url), POST)).toMatchObject({ kind: "lost" });
});

it("an answer that breaks off is lost too", async () => {
  const { url } = await listen((request, response) => {
    response.writeHead(202, { "content-length": "1000" });
    response.write('{"id":', () => request.socket.destroy());
  });
  expect(await callGateway(optionsFor(url), POST)).toMatchObject({ kind: "lost" });
});

it("an answer that does not come in time is lost", async () => {
  const { url } = await listen(() => undefined);
  expect(await callGateway({ ...optionsFor(url), timeoutMs: 50 }, POST)).toEqual({
    kind: "lost",
    reason: "no answer within 0.05 s",
  });
});

it("the caller's signal ends a call that hangs", async () => {
  const controller = new AbortController();
  const { url } = await listen(() => controller.abort());
  const call = { ...POST, signal: controller.signal };
  expect(await callGateway(optionsFor(url), call)).toEqual({ kind: "aborted" });
});

it("a body that is no JSON, a Location and a Retry-After are read as they are", async () => {
  const { url } = await listen((_, response) => {
    response.writeHead(503, { "retry-after": "2", location: "/there" }).end("<html>");
  });
  expect(await callGateway(optionsFor(url), POST)).toEqual({
    kind: "answered",
    status: 503,
    body: undefined,
    location: "/there",
    retryAfterMs: 2_000,
  });
});
