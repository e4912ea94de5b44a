import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deferred } from "../test/deferred.ts";
import { answeringServer, httpServer, rawAnswer, refusedPort } from "../test/loopback-server.ts";
import { ACCEPTED, API_KEY, Cleanup, REQUEST, TASK_ID } from "../test/upstream-setup.ts";
import { createUpstream } from "./upstream.ts";
import type { RequestFact } from "./upstream-options.ts";

const cleanup = new Cleanup();
afterEach(() => cleanup.close());

const RUNNING = JSON.stringify({ code: 200, data: { task_id: TASK_ID, status: "running" } });

/** An HTTP server that gives the same answer to all, and what it was asked. */
async function setup(status: number, body: string) {
  const requests: Pick<IncomingMessage, "method" | "url" | "headers">[] = [];
  const server = await cleanup.server(
    httpServer((request, response) => {
      requests.push({ method: request.method, url: request.url, headers: request.headers });
      request.resume();
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    }),
  );
  return { server, requests };
}

describe("what goes over the wire", () => {
  it("is model, input and callback_url, as given and nothing else", async () => {
    const seen: { text: string; body: string }[] = [];
    const server = await cleanup.server(
      answeringServer((socket, request) => {
        seen.push(request);
        socket.end(rawAnswer(200, ACCEPTED));
      }),
    );
    const upstream = cleanup.upstream({ baseUrl: server.url });
    const input = { prompt: "drøm 🎬", image_urls: ["https://media.test/a.png"], seed: 7 };
    await upstream.submit({ model: "m", input });
    await upstream.submit({ model: "m", input, callbackUrl: "https://gateway.test/callbacks/t" });

    expect(seen.map(({ body }) => body)).toEqual([
      JSON.stringify({ model: "m", input }),
      JSON.stringify({ model: "m", input, callback_url: "https://gateway.test/callbacks/t" }),
    ]);
    const [head = ""] = seen[0]!.text.split("\r\n\r\n");
    expect(head.split("\r\n").toSorted()).toEqual(
      [
        "POST /api/generate/submit HTTP/1.1",
        `host: 127.0.0.1:${server.port}`,
        "connection: close",
        `authorization: Bearer ${API_KEY}`,
        "accept: application/json",
        "accept-encoding: identity",
        "user-agent: apidot-queue",
        "content-type: application/json",
        `content-length: ${Buffer.byteLength(seen[0]!.body)}`,
      ].toSorted(),
    );
  });

  it.each(["", "/", "/proxy/v2", "/proxy/v2//"])("keeps the base URL's path %j", async (path) => {
    const { server, requests } = await setup(200, RUNNING);
    const upstream = cleanup.upstream({ baseUrl: server.url + path });
    await upstream.submit(REQUEST);
    await upstream.status(TASK_ID);
    const prefix = path.replace(/\/+$/, "");
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${prefix}/api/generate/submit`,
      `GET ${prefix}/api/generate/status/${TASK_ID}`,
    ]);
  });

  it("ignores the proxies of the environment", async () => {
    const { server, requests } = await setup(200, ACCEPTED);
    vi.stubEnv("HTTP_PROXY", `http://127.0.0.1:${await refusedPort()}`);
    vi.stubEnv("http_proxy", `http://127.0.0.1:${await refusedPort()}`);
    try {
      const upstream = cleanup.upstream({ baseUrl: server.url });
      expect((await upstream.submit(REQUEST)).outcome.kind).toBe("accepted");
    } finally {
      vi.unstubAllEnvs();
    }
    expect(requests).toHaveLength(1);
  });

  it("names a task in the path with every odd character encoded", async () => {
    const { server, requests } = await setup(404, "{}");
    const upstream = cleanup.upstream({ baseUrl: server.url });
    await upstream.status("../a b?c#d/é");
    expect(requests[0]?.url).toBe("/api/generate/status/..%2Fa%20b%3Fc%23d%2F%C3%A9");
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${API_KEY}`);
  });

  it.each(["", ".", "..", "a\ud800"])("never asks for the unusable task id %j", async (taskId) => {
    const { server } = await setup(200, RUNNING);
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect(await upstream.status(taskId)).toMatchObject({
      outcome: { kind: "unavailable", detail: "unusable_task_id" },
      sent: false,
    });
    expect(server.connectionCount).toBe(0);
  });
});

describe("what is refused at construction", () => {
  it.each([
    "",
    "api.apidot.ai",
    "ftp://a.test",
    "http://u:p@a.test",
    "http://a.test/?q",
    "http://",
  ])("is the base URL %j", (baseUrl) => {
    expect(() => createUpstream({ baseUrl, apiKey: API_KEY })).toThrow(TypeError);
  });

  it.each(["", "a\nb", "a b", "schlüssel"])("is the key %j, without being quoted", (apiKey) => {
    const make = () => createUpstream({ baseUrl: "http://127.0.0.1:1", apiKey });
    expect(make).toThrow("the API key is empty or holds a character that no header takes");
  });
});

describe("messages", () => {
  it("quote neither the request nor the key", async () => {
    const { prompt } = REQUEST.input;
    const callbackUrl = "https://gateway.test/callbacks/k.token.mac";
    const image = "https://media.test/canary.png";
    const message = `bad: ${prompt} at ${image}, ${callbackUrl} and gateway.test/callbacks/k.token.mac for ${API_KEY}: 1080p needs frame`;
    const { server } = await setup(400, JSON.stringify({ code: 400, message }));
    const upstream = cleanup.upstream({ baseUrl: server.url });
    const input = { ...REQUEST.input, generate_type: "frame", image_urls: [image] };
    const { outcome } = await upstream.submit({ model: "m", input, callbackUrl });
    expect(outcome).toEqual({
      kind: "rejected",
      httpStatus: 400,
      message:
        "bad: [redacted] at [redacted] [redacted] and [redacted] for [redacted]: 1080p needs frame",
    });
  });

  it("of a failed task carry no key and no URL", async () => {
    const error_message = `key ${API_KEY} could not fetch https://media.test/canary.png today`;
    const body = JSON.stringify({ data: { task_id: TASK_ID, status: "failed", error_message } });
    const { server } = await setup(200, body);
    const upstream = cleanup.upstream({ baseUrl: server.url });
    expect((await upstream.status(TASK_ID)).outcome).toEqual({
      kind: "failed",
      message: "key [redacted] could not fetch [redacted] today",
    });
  });
});

describe("the metrics hook", () => {
  it("is told call and code, by status or by constant, after each call", async () => {
    const { server } = await setup(429, "{}");
    const facts: RequestFact[] = [];
    const onRequest = (fact: RequestFact): void => void facts.push(fact);
    const upstream = cleanup.upstream({ baseUrl: server.url, onRequest });
    const refused = cleanup.upstream({
      baseUrl: `http://127.0.0.1:${await refusedPort()}`,
      onRequest,
    });
    await upstream.submit(REQUEST);
    await upstream.status(TASK_ID);
    await refused.submit(REQUEST);
    const durationMs = expect.any(Number);
    expect(facts).toEqual([
      { call: "submit", code: "429", durationMs },
      { call: "status", code: "429", durationMs },
      { call: "submit", code: "connect_refused", durationMs },
    ]);
  });

  it("that throws costs no outcome and becomes a warning", async () => {
    const { server } = await setup(200, ACCEPTED);
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    try {
      const upstream = cleanup.upstream({
        baseUrl: server.url,
        onRequest() {
          throw new Error("no registry");
        },
      });
      expect((await upstream.submit(REQUEST)).outcome.kind).toBe("accepted");
      expect(warn).toHaveBeenCalledOnce();
    } finally {
      warn.mockRestore();
    }
  });
});

it("closing waits for the submit that is out and reports it", async () => {
  const arrived = deferred();
  const answerNow = deferred();
  const server = await cleanup.server(
    answeringServer((socket) => {
      arrived.resolve();
      void answerNow.promise.then(() => socket.end(rawAnswer(200, ACCEPTED)));
    }),
  );
  const upstream = cleanup.upstream({ baseUrl: server.url });
  const ends: string[] = [];
  const pending = upstream.submit(REQUEST).finally(() => ends.push("submit"));
  await arrived.promise;
  const closing = upstream.close().finally(() => ends.push("close"));
  expect((await upstream.submit(REQUEST)).outcome).toMatchObject({ detail: "client_closed" });
  answerNow.resolve();
  await closing;
  expect((await pending).outcome.kind).toBe("accepted");
  expect(ends).toEqual(["submit", "close"]);
});

it("a request that is no JSON is a mistake of the caller, and nothing is sent", async () => {
  const { server } = await setup(200, ACCEPTED);
  const upstream = cleanup.upstream({ baseUrl: server.url });
  await expect(upstream.submit({ model: "m", input: { seed: 1n } })).rejects.toThrow(TypeError);
  expect(server.connectionCount).toBe(0);
});
