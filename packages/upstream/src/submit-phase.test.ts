import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import {
  answeringServer,
  httpServer,
  listen,
  rawAnswer,
  rawServer,
  refusedPort,
} from "../test/loopback-server.ts";
import { TEST_CERTIFICATE } from "../test/tls-certificate.ts";
import { ACCEPTED, Cleanup, REQUEST, TASK_ID } from "../test/upstream-setup.ts";

const cleanup = new Cleanup();
afterEach(() => cleanup.close());

const https = (url: string): string => url.replace("http:", "https:");

const notSent = (detail: string) => ({
  outcome: { kind: "not_sent", detail },
  sent: false,
  httpStatus: null,
  durationMs: expect.any(Number),
});

describe("nothing was sent", () => {
  it("when the connection is refused", async () => {
    const upstream = cleanup.upstream({ baseUrl: `http://127.0.0.1:${await refusedPort()}` });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("connect_refused"));
  });

  it("when the name does not resolve", async () => {
    const upstream = cleanup.upstream({
      baseUrl: "http://upstream.test",
      connect: {
        lookup: (hostname, _options, callback) => {
          const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
          callback(Object.assign(error, { code: "ENOTFOUND" }), "", 4);
        },
      },
    });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("dns_failed"));
  });

  it("when the connection is reset as it is accepted", async () => {
    const server = await cleanup.server(rawServer((socket) => socket.resetAndDestroy()));
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("reset"));
  });

  it("when TLS meets a server that speaks none", async () => {
    const server = await cleanup.server(rawServer((socket) => socket.end("hello?\r\n")));
    const upstream = cleanup.upstream({ baseUrl: https(server.url) });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("tls_failed"));
  });

  it("when TLS gets no answer within the connect limit", async () => {
    const server = await cleanup.server(rawServer(() => {}));
    const upstream = cleanup.upstream({ baseUrl: https(server.url), connectTimeoutMs: 50 });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("connect_timeout"));
  });

  it("when the limit of the whole call comes while it connects", async () => {
    const server = await cleanup.server(rawServer(() => {}));
    const upstream = cleanup.upstream({ baseUrl: https(server.url), requestTimeoutMs: 50 });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("request_timeout"));
  });

  it("when the connection is reset during the TLS handshake", async () => {
    const server = await cleanup.server(
      rawServer((socket) => socket.once("data", () => socket.resetAndDestroy())),
    );
    const upstream = cleanup.upstream({ baseUrl: https(server.url) });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("reset"));
  });

  it("when the certificate is not trusted", async () => {
    const server = await cleanup.server(listen(createTlsServer(TEST_CERTIFICATE)));
    const upstream = cleanup.upstream({ baseUrl: https(server.url) });
    expect(await upstream.submit(REQUEST)).toEqual(notSent("certificate_refused"));
  });

  it("when the client is closed", async () => {
    const server = await cleanup.server(rawServer(() => {}));
    const upstream = cleanup.upstream({ baseUrl: server.url });
    await upstream.close();
    expect(await upstream.submit(REQUEST)).toEqual(notSent("client_closed"));
    expect(server.connectionCount).toBe(0);
  });
});

describe("it may have been accepted", () => {
  const half = ACCEPTED.slice(0, 40);

  it.each<[string, string, (socket: Socket) => void]>([
    ["resets", "reset", (socket) => socket.resetAndDestroy()],
    ["closes", "closed", (socket) => socket.end()],
    ["never answers", "request_timeout", () => {}],
    [
      "answers half and closes",
      "truncated",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n${half}`),
    ],
    [
      "breaks a chunked answer off",
      "truncated",
      (socket) =>
        socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n28\r\n${half}\r\n`),
    ],
    [
      "answers half and hangs",
      "request_timeout",
      (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n${half}`),
    ],
    ["answers only for now", "closed", (socket) => socket.end("HTTP/1.1 103 Early Hints\r\n\r\n")],
    ["talks no HTTP", "unparsable_http", (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")],
    [
      "sends too much",
      "body_too_large",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${" ".repeat(1_048_577)}`),
    ],
    [
      "sends endless headers",
      "header_too_large",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}\r\n\r\n`),
    ],
  ])("when the server reads the request and then %s (%s)", async (_title, detail, react) => {
    let requestCount = 0;
    const server = await cleanup.server(
      answeringServer((socket) => {
        requestCount += 1;
        react(socket);
      }),
    );
    // Short only where it is waited for: on a busy machine connecting alone may take that long.
    const requestTimeoutMs = detail === "request_timeout" ? 1_000 : 30_000;
    const upstream = cleanup.upstream({ baseUrl: server.url, requestTimeoutMs });
    expect(await upstream.submit(REQUEST)).toEqual({
      outcome: { kind: "ambiguous", detail },
      sent: true,
      httpStatus: null,
      durationMs: expect.any(Number),
    });
    expect(requestCount).toBe(1);
    expect(server.connectionCount).toBe(1);
  });

  it("when the server closes without having read anything: the bytes were on their way", async () => {
    const server = await cleanup.server(rawServer((socket) => socket.end()));
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.submit(REQUEST)).toMatchObject({
      outcome: { kind: "ambiguous" },
      sent: true,
    });
  });
});

describe("an answer in full", () => {
  it.each([
    ["an accepted task", 200, ACCEPTED, "", { kind: "accepted", taskId: TASK_ID, flagged: false }],
    [
      "a task beside an error",
      500,
      JSON.stringify({ code: 500, message: "no", data: { task_id: TASK_ID } }),
      "",
      { kind: "accepted", taskId: TASK_ID, flagged: true },
    ],
    [
      "402 in a 200",
      200,
      JSON.stringify({ code: 402, error: { message: "no credits", type: "insufficient_credits" } }),
      "",
      {
        kind: "denied",
        code: "insufficient_credits",
        httpStatus: 402,
        message: "no credits",
      },
    ],
    [
      "429 with advice",
      429,
      "slow down",
      "retry-after: 2\r\nretry-after: 9\r\n",
      { kind: "throttled", httpStatus: 429, retryAfterMs: 2_000 },
    ],
    [
      "503 in the API's words",
      503,
      JSON.stringify({ code: 503, error: { message: "busy", type: "server_error" } }),
      "Retry-After: 7\r\n",
      { kind: "unavailable", httpStatus: 503, retryAfterMs: 7_000 },
    ],
    [
      "a gateway's 502",
      502,
      "<html>Bad Gateway</html>",
      "content-type: text/html\r\n",
      { kind: "ambiguous", detail: "foreign_5xx" },
    ],
    ["garbage", 200, "upstream ok {{{", "", { kind: "ambiguous", detail: "unparsable_body" }],
    [
      "bytes that are no text",
      200,
      "\u0000\ufffe",
      "",
      { kind: "ambiguous", detail: "unparsable_body" },
    ],
    [
      "a byte order mark",
      200,
      `\ufeff${ACCEPTED}`,
      "",
      { kind: "accepted", taskId: TASK_ID, flagged: false },
    ],
  ])("with %s is read by its rule", async (_title, httpStatus, body, headers, outcome) => {
    const server = await cleanup.server(
      answeringServer((socket) => socket.end(rawAnswer(httpStatus, body, headers))),
    );
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.submit(REQUEST)).toEqual({
      outcome,
      sent: true,
      httpStatus,
      durationMs: expect.any(Number),
    });
  });

  it("is waited for behind an interim one", async () => {
    const server = await cleanup.server(
      answeringServer((socket) => {
        socket.end(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${rawAnswer(200, ACCEPTED)}`);
      }),
    );
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect((await upstream.submit(REQUEST)).outcome).toMatchObject({ kind: "accepted" });
  });

  it("with a redirect is not followed", async () => {
    const paths: (string | undefined)[] = [];
    const server = await cleanup.server(
      httpServer((request, response) => {
        paths.push(request.url);
        response.writeHead(307, { location: "/elsewhere" }).end();
      }),
    );
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect((await upstream.submit(REQUEST)).outcome).toEqual({
      kind: "misconfigured",
      httpStatus: 307,
    });
    expect(paths).toEqual(["/api/generate/submit"]);
  });

  it("comes over TLS when the certificate is trusted", async () => {
    const secure = createHttpsServer(TEST_CERTIFICATE, (_request, response) => {
      response.end(ACCEPTED);
    });
    const server = await cleanup.server(listen(secure));
    const upstream = cleanup.upstream({
      baseUrl: https(server.url),
      connect: { ca: TEST_CERTIFICATE.cert },
    });
    expect(await upstream.submit(REQUEST)).toMatchObject({
      outcome: { kind: "accepted", taskId: TASK_ID },
      sent: true,
    });
  });
});
