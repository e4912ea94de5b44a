import { createLogger } from "@apidot-queue/runtime";
import { EventEmitter, once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";

import { type HttpServer, startHttpServer } from "./http-server.ts";

const logger = createLogger({ app: "test", level: "silent" });
let servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

async function start(
  fetch: (request: Request) => Response | Promise<Response> = () => new Response("ok"),
  where: { host?: string; port?: number; requestLimitMs?: number } = {},
): Promise<HttpServer> {
  const server = await startHttpServer({ fetch, host: "127.0.0.1", port: 0, logger, ...where });
  servers.push(server);
  return server;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function everythingFrom(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  await once(socket, "close");
  return text;
}

it("names PORT when the port is taken", async () => {
  const { port } = await start();
  await expect(start(undefined, { port })).rejects.toMatchObject({ mistakes: [{ name: "PORT" }] });
});

it.each([
  ["a broken Host", "GET / HTTP/1.1\r\nHost: a^b\r\nConnection: close\r\n\r\n"],
  ["a broken target", "GET /a\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"],
  ["no Host", "GET / HTTP/1.0\r\n\r\n"],
  ...[
    "/callbacks/../v1/models",
    "/callbacks/%2e%2E/v1/models",
    "/callbacks/..?a",
    "/./v1/models",
  ].map((target) => [
    `a target that is another path, ${target},`,
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  ]),
])("answers %s with a problem, without asking the app", async (_, text) => {
  const { port } = await start(() => Promise.reject(new Error("asked")));
  const socket = await open(port);
  socket.write(text);
  const answer = await everythingFrom(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"malformed_request"');
});

it.each(["/a..b", "/...", "/x?y=/../z", "/v1/%2e%2e%2e"])(
  "takes %s for what it is",
  async (target) => {
    const { port } = await start((request) => new Response(request.url));
    const socket = await open(port);
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await everythingFrom(socket)).toContain(`http://localhost${target}`);
  },
);

it.each([
  ["nothing", ""],
  ["half a header", "GET / HTTP/1.1\r\nHost: local"],
  ["half a body", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"],
])("ends a connection that sends %s, at its limit and not at Node's", async (_, text) => {
  const read = async (request: Request) => new Response(await request.text().catch(() => "broke"));
  const { port } = await start(read, { requestLimitMs: 200 });
  const socket = await open(port);
  socket.write(text);
  // Without a limit of its own it lasts longer than this test may.
  await everythingFrom(socket);
});

it("leaves the Request and Response of the process alone", async () => {
  const { Request: before } = globalThis;
  await start();
  expect(globalThis.Request).toBe(before);
});

it("a stop ends connections without a request at once and answers the requests in hand", async () => {
  const arrived = new EventEmitter();
  const answer = new EventEmitter();
  const isThere = once(arrived, "slow");
  const server = await start(async (request) => {
    if (request.url.endsWith("/quick")) return new Response("ok");
    const given = once(answer, "given");
    arrived.emit("slow");
    await given;
    return new Response("done");
  });
  const silent = await open(server.port);
  const keptAlive = await open(server.port);
  keptAlive.write("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(keptAlive, "data");
  const busy = await open(server.port);
  busy.write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await isThere;

  const ends = [everythingFrom(silent), everythingFrom(keptAlive)];
  const answered = everythingFrom(busy);
  const stopped = server.stop();
  expect(await Promise.all(ends)).toEqual(["", ""]);
  answer.emit("given");
  expect(await answered).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close[^]*done/i);
  await stopped;
});
