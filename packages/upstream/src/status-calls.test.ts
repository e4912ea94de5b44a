import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { deferred } from "../test/deferred.ts";
import { answeringServer, rawAnswer, rawServer, refusedPort } from "../test/loopback-server.ts";
import { Cleanup, TASK_ID } from "../test/upstream-setup.ts";

const cleanup = new Cleanup();
afterEach(() => cleanup.close());

const RUNNING = rawAnswer(
  200,
  JSON.stringify({ code: 200, data: { task_id: TASK_ID, status: "running", progress: 5 } }),
);

describe("a status call", () => {
  it.each<[string, string, (socket: Socket) => void]>([
    ["resets", "reset", (socket) => socket.resetAndDestroy()],
    ["closes", "closed", (socket) => socket.end()],
    ["never answers", "request_timeout", () => {}],
    ["answers half", "truncated", (socket) => socket.end(RUNNING.slice(0, -9))],
    [
      "sends too much",
      "body_too_large",
      (socket) => socket.end(rawAnswer(200, "x".repeat(2 ** 21))),
    ],
    ["answers a page", "http_5xx", (socket) => socket.end(rawAnswer(502, "<html>"))],
    ["redirects", "redirected", (s) => s.end(rawAnswer(307, "", "location: /elsewhere\r\n"))],
  ])("is unavailable when the server %s (%s)", async (_title, detail, react) => {
    let requestCount = 0;
    const server = await cleanup.server(
      answeringServer((socket) => {
        requestCount += 1;
        react(socket);
      }),
    );
    const statusTimeoutMs = detail === "request_timeout" ? 1_000 : 30_000;
    const upstream = cleanup.upstream({ baseUrl: server.url, statusTimeoutMs });
    const report = await upstream.status(TASK_ID);
    expect(report.outcome).toEqual({ kind: "unavailable", detail, retryAfterMs: null });
    expect(report.sent).toBe(true);
    expect(requestCount).toBe(1);
  });

  it("is unavailable when nobody listens, also for all that wait at once", async () => {
    const upstream = cleanup.upstream({
      baseUrl: `http://127.0.0.1:${await refusedPort()}`,
      maxStatusConnections: 2,
      statusTimeoutMs: 5_000,
    });
    const reports = await Promise.all(Array.from({ length: 9 }, () => upstream.status(TASK_ID)));
    for (const report of reports) {
      expect(report).toMatchObject({
        outcome: { kind: "unavailable", detail: "connect_refused" },
        sent: false,
      });
    }
  });

  it("that waits for a connection ends with its own limit", async () => {
    const server = await cleanup.server(answeringServer(() => {}));
    const upstream = cleanup.upstream({
      baseUrl: server.url,
      maxStatusConnections: 1,
      statusTimeoutMs: 100,
    });
    const reports = await Promise.all([upstream.status(TASK_ID), upstream.status(TASK_ID)]);
    for (const { outcome } of reports) {
      expect(outcome).toMatchObject({ kind: "unavailable", detail: "request_timeout" });
    }
  });

  it("ends when it is aborted", async () => {
    const controller = new AbortController();
    const server = await cleanup.server(answeringServer(() => controller.abort()));
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect((await upstream.status(TASK_ID, { signal: controller.signal })).outcome).toEqual({
      kind: "unavailable",
      detail: "aborted",
      retryAfterMs: null,
    });
  });

  it("works again after one that was given up and one that was cut off, on the same client", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const fates: ((socket: Socket) => void)[] = [
      () => controller.abort(),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.write(RUNNING),
    ];
    const server = await cleanup.server(answeringServer((socket) => fates.shift()?.(socket)));
    const upstream = cleanup.upstream({ baseUrl: server.url, maxStatusConnections: 1 });
    const kinds = [(await upstream.status(TASK_ID, { signal })).outcome.kind];
    kinds.push((await upstream.status(TASK_ID)).outcome.kind);
    kinds.push((await upstream.status(TASK_ID)).outcome.kind);
    expect(kinds).toEqual(["unavailable", "unavailable", "running"]);
  });
});

it("status calls share kept connections, never more than allowed, and errors keep them too", async () => {
  const page = rawAnswer(503, "<html>busy</html>".repeat(4_000));
  let count = 0;
  const server = await cleanup.server(
    answeringServer((socket) => {
      count += 1;
      socket.write(count % 2 === 0 ? page : RUNNING);
    }),
  );
  const upstream = cleanup.upstream({ baseUrl: server.url, maxStatusConnections: 3 });
  const reports = await Promise.all(Array.from({ length: 40 }, () => upstream.status(TASK_ID)));
  expect(reports.filter(({ outcome }) => outcome.kind === "running")).toHaveLength(20);
  expect(server.connectionCount).toBe(3);
});

it("closing ends the connections, also one that is still being made", async () => {
  const accepted = deferred();
  const closed = deferred();
  const server = await cleanup.server(
    rawServer((socket) => {
      socket.resume().once("close", closed.resolve);
      accepted.resolve();
    }),
  );
  // TLS to a server that says nothing stays half made.
  const upstream = cleanup.upstream({
    baseUrl: server.url.replace("http:", "https:"),
    statusTimeoutMs: 50,
  });
  const [{ outcome }] = await Promise.all([upstream.status(TASK_ID), accepted.promise]);
  expect(outcome).toMatchObject({ kind: "unavailable", detail: "request_timeout" });
  await upstream.close();
  await closed.promise;
});
