import type { LookupFunction } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  answeringServer,
  type LoopbackServer,
  rawAnswer,
  rawServer,
} from "../test/loopback-server.ts";
import { deferred } from "../test/deferred.ts";
import { ACCEPTED, Cleanup, REQUEST } from "../test/upstream-setup.ts";

const cleanup = new Cleanup();
afterEach(() => cleanup.close());

/** A server that accepts everything, and the texts of the requests that reached it. */
async function setup() {
  const requests: string[] = [];
  const server = await cleanup.server(
    answeringServer((socket, { text }) => {
      requests.push(text);
      socket.end(rawAnswer(200, ACCEPTED));
    }),
  );
  return { server, requests };
}

/** A client that connects by name, and what happens while it does. */
function slowUpstream(server: LoopbackServer, whileConnecting: () => void) {
  const lookup: LookupFunction = (_hostname, _options, callback) => {
    whileConnecting();
    setImmediate(() => callback(null, [{ address: "127.0.0.1", family: 4 }]));
  };
  return cleanup.upstream({
    baseUrl: `http://upstream.test:${server.port}`,
    connect: { lookup },
  });
}

describe("the guard", () => {
  it("is asked before connecting and again on the established connection", async () => {
    const { server, requests } = await setup();
    const events: string[] = [];
    const upstream = slowUpstream(server, () => events.push("connecting"));
    const report = await upstream.submit(REQUEST, {
      beforeSend() {
        events.push("guard");
        return true;
      },
    });
    expect(report.outcome.kind).toBe("accepted");
    expect(events).toEqual(["guard", "connecting", "guard"]);
    expect(requests).toHaveLength(1);
  });

  it("that refuses at once lets nothing connect", async () => {
    const { server } = await setup();
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.submit(REQUEST, { beforeSend: () => false })).toMatchObject({
      outcome: { kind: "not_sent", detail: "too_late" },
      sent: false,
    });
    expect(server.connectionCount).toBe(0);
  });

  it("that refuses because connecting took too long lets no byte out", async () => {
    let byteCount = 0;
    const server = await cleanup.server(
      rawServer((socket) => {
        socket.on("data", (chunk) => {
          byteCount += chunk.length;
        });
      }),
    );
    let isInTime = true;
    const upstream = slowUpstream(server, () => {
      isInTime = false;
    });
    expect(await upstream.submit(REQUEST, { beforeSend: () => isInTime })).toMatchObject({
      outcome: { kind: "not_sent", detail: "too_late" },
      sent: false,
    });
    expect(byteCount).toBe(0);
  });

  it.each<[string, () => boolean | string, string]>([
    ["names its reason", () => "lock_lost", "lock_lost"],
    ["names an empty reason", () => "", "too_late"],
    [
      "throws",
      () => {
        throw new Error("no");
      },
      "guard_threw",
    ],
  ])("that %s is not sent", async (_title, refuse, detail) => {
    const { server, requests } = await setup();
    let isConnecting = false;
    const upstream = slowUpstream(server, () => {
      isConnecting = true;
    });
    const beforeSend = () => (isConnecting ? refuse() : true);
    expect((await upstream.submit(REQUEST, { beforeSend })).outcome).toEqual({
      kind: "not_sent",
      detail,
    });
    expect(requests).toEqual([]);
  });
});

describe("an abort", () => {
  it("before the call lets nothing connect", async () => {
    const { server } = await setup();
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.submit(REQUEST, { signal: AbortSignal.abort() })).toMatchObject({
      outcome: { kind: "not_sent", detail: "aborted" },
      sent: false,
    });
    expect(server.connectionCount).toBe(0);
  });

  it("while it connects is not sent, though the connection comes about later", async () => {
    const { server, requests } = await setup();
    const controller = new AbortController();
    const upstream = slowUpstream(server, () => controller.abort());
    expect(await upstream.submit(REQUEST, { signal: controller.signal })).toMatchObject({
      outcome: { kind: "not_sent", detail: "aborted" },
      sent: false,
    });
    await upstream.close();
    expect(requests).toEqual([]);
  });

  it("while it connects ends the connection that was being made", async () => {
    const controller = new AbortController();
    const closed = deferred();
    const server = await cleanup.server(
      rawServer((socket) => {
        socket.resume().once("close", () => closed.resolve());
        socket.once("data", () => controller.abort());
      }),
    );
    // TLS to a server that says nothing stays half made.
    const upstream = cleanup.upstream({ baseUrl: `https://127.0.0.1:${server.port}` });
    const report = await upstream.submit(REQUEST, { signal: controller.signal });
    expect(report.outcome).toEqual({ kind: "not_sent", detail: "aborted" });
    await closed.promise;
  });

  it("by the guard's own hand, at the last moment, is not sent", async () => {
    const { server, requests } = await setup();
    const controller = new AbortController();
    let isConnecting = false;
    const upstream = slowUpstream(server, () => {
      isConnecting = true;
    });
    const report = await upstream.submit(REQUEST, {
      signal: controller.signal,
      beforeSend() {
        if (isConnecting) controller.abort();
        return true;
      },
    });
    expect(report.outcome).toEqual({ kind: "not_sent", detail: "aborted" });
    expect(requests).toEqual([]);
  });

  it("after the request has left is ambiguous, and the connection is closed", async () => {
    const controller = new AbortController();
    const closed = deferred();
    const server = await cleanup.server(
      answeringServer((socket) => {
        socket.once("close", () => closed.resolve());
        controller.abort();
      }),
    );
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.submit(REQUEST, { signal: controller.signal })).toMatchObject({
      outcome: { kind: "ambiguous", detail: "aborted" },
      sent: true,
    });
    await closed.promise;
  });

  it("in the middle of the answer is ambiguous", async () => {
    const controller = new AbortController();
    const server = await cleanup.server(
      answeringServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{", () => {
          setImmediate(() => controller.abort());
        });
      }),
    );
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect((await upstream.submit(REQUEST, { signal: controller.signal })).outcome).toEqual({
      kind: "ambiguous",
      detail: "aborted",
    });
  });
});
