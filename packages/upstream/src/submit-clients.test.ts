import { afterEach, expect, it } from "vitest";

import { httpServer } from "../test/loopback-server.ts";
import { ACCEPTED, Cleanup, REQUEST } from "../test/upstream-setup.ts";
import { upstreamConnector } from "./connector.ts";
import { httpExchange } from "./http-exchange.ts";
import { submitCall } from "./submit-call.ts";
import { SubmitClients } from "./submit-clients.ts";

const cleanup = new Cleanup();
afterEach(() => cleanup.close());

/** A server that keeps connections open, and clients of it. */
async function setup() {
  const methods: (string | undefined)[] = [];
  const server = await cleanup.server(
    httpServer((request, response) => {
      methods.push(request.method);
      request.resume().on("end", () => response.end(ACCEPTED));
    }),
  );
  const basis = {
    origin: server.url,
    prefix: "",
    headers: {},
    connect: upstreamConnector({}, 5_000),
  };
  const clients = new SubmitClients(basis);
  const submit = () => submitCall(clients, basis, REQUEST, { requestTimeoutMs: 5_000 });
  return { server, methods, clients, submit };
}

it("a client is used again, its connection is not", async () => {
  const { server, clients, submit } = await setup();
  for (const _ of [1, 2, 3]) expect(await submit()).toMatchObject({ phase: "answered" });
  expect(server.connectionCount).toBe(3);
  const kept = clients.take();
  expect(kept.connector.connectionCount()).toBe(3);
  await clients.drop(kept);
});

it("submits at once have a client each", async () => {
  const { server, submit } = await setup();
  const exchanges = await Promise.all([submit(), submit(), submit()]);
  expect(exchanges.map(({ phase }) => phase)).toEqual(["answered", "answered", "answered"]);
  expect(server.connectionCount).toBe(3);
});

it("a connection that is open from before is never sent on, and the next submit has a new one", async () => {
  const { server, methods, clients, submit } = await setup();
  const client = clients.take();
  const call = { method: "GET", path: "/", headers: {}, timeoutMs: 5_000, reset: false } as const;
  await httpExchange(client.client, { ...call, phaseBy: "request_start" });
  clients.keep(client);

  expect(await submit()).toEqual({ phase: "not_sent", detail: "connection_used" });
  expect(methods).toEqual(["GET"]);
  expect(await submit()).toMatchObject({ phase: "answered" });
  expect([methods, server.connectionCount]).toEqual([["GET", "POST"], 2]);
});

it("a client whose submit was not answered is not used again", async () => {
  const { clients, server } = await setup();
  const basis = {
    origin: server.url,
    prefix: "",
    headers: {},
    connect: upstreamConnector({}, 5_000),
  };
  const abort = new AbortController();
  abort.abort();
  const exchange = await submitCall(clients, basis, REQUEST, {
    requestTimeoutMs: 5_000,
    signal: abort.signal,
  });
  expect(exchange).toEqual({ phase: "not_sent", detail: "aborted" });
  expect(clients.take().connector.connectionCount()).toBe(0);
});
