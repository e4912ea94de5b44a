import {
  createHealth,
  createLogger,
  digestOf,
  type GatewayToken,
  Registry,
} from "@apidot-queue/runtime";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CALLS } from "../src/calls/calls.ts";
import { CALLBACK_KEYS } from "../test/app-parts.ts";
import { type GatewayUnderTest, LITE, startGatewayUnderTest } from "../test/gateway-under-test.ts";
import { startGateway } from "./gateway.ts";

let under: GatewayUnderTest;
/** A generation that a foreign page would like to read, or to cancel. */
let id: string;
beforeAll(async () => {
  under = await startGatewayUnderTest();
  const { json } = await under.post("/v1/generations", { ...LITE, user_id: "canary" });
  id = json["id"] as string;
});
afterAll(() => under.stop());

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** fetch does not let a caller choose Host and Sec-Fetch-Site; plain HTTP does. */
async function raw({
  method = "GET",
  path = "/healthz",
  headers,
  body,
}: RawRequest): Promise<RawAnswer> {
  const { port } = under.gateway;
  const req = httpRequest({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: { host: "localhost", ...headers },
  });
  req.end(body);
  const [res] = (await once(req, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  for await (const chunk of res.setEncoding("utf8")) text += String(chunk);
  return { status: res.statusCode ?? 0, headers: res.headers, text };
}

/** What a page of another site makes a browser send, or what somebody without a browser tries. */
const FOREIGN: readonly (readonly [string, Record<string, string>, string])[] = [
  ["a name that was pointed here", { host: "evil.example:8787" }, "forbidden_host"],
  ["a name that begins like a local one", { host: "127.0.0.1.evil.example" }, "forbidden_host"],
  ["a name below localhost", { host: "localhost.evil.example" }, "forbidden_host"],
  ["a name that ends like a local one", { host: "evil-localhost" }, "forbidden_host"],
  ["a dot behind localhost", { host: "localhost." }, "forbidden_host"],
  ["another loopback address", { host: "127.0.0.2:8787" }, "forbidden_host"],
  ["the address of every interface", { host: "0.0.0.0:8787" }, "forbidden_host"],
  ["an address of the network", { host: "192.168.1.7:8787" }, "forbidden_host"],
  ["a foreign origin", { origin: "https://evil.example" }, "forbidden_origin"],
  ["a local page at another port", { origin: "http://localhost:3000" }, "forbidden_origin"],
  ["the same name by https", { origin: "https://localhost" }, "forbidden_origin"],
  ["another name of this machine", { origin: "http://127.0.0.1" }, "forbidden_origin"],
  ["a sandboxed page or a file", { origin: "null" }, "forbidden_origin"],
  ["an extension", { origin: "chrome-extension://abcdefgh" }, "forbidden_origin"],
  ["an empty origin", { origin: "" }, "forbidden_origin"],
  ["a cross-site page without an origin", { "sec-fetch-site": "cross-site" }, "forbidden_origin"],
  ["a same-site page", { "sec-fetch-site": "same-site" }, "forbidden_origin"],
  [
    "a cross-site page with our origin",
    { origin: "http://localhost", "sec-fetch-site": "cross-site" },
    "forbidden_origin",
  ],
];

/** All but what is for the upstream alone, which proves itself. */
const GUARDED = CALLS.filter((call) => call.id !== "receiveCallback");
const TARGETS = GUARDED.map(({ method, path }) => ({
  method: method.toUpperCase(),
  path: path.replace(/\{(id|task_id)\}/, "ID"),
}));

describe("a foreign page gets nothing", () => {
  it.each(FOREIGN)("from any call: %s", async (_, headers, code) => {
    const newKeys = await under.followKeys();
    for (const { method, path } of TARGETS) {
      const isPost = method === "POST";
      const answer = await raw({
        method,
        path: path.replace("ID", id),
        headers: { ...(isPost ? { "content-type": "application/json" } : {}), ...headers },
        ...(isPost ? { body: JSON.stringify(LITE) } : {}),
      });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      // A client of the upstream gets the upstream's errors.
      const isDropIn = path.startsWith("/api/");
      expect(JSON.parse(answer.text)).toMatchObject({ code: isDropIn ? 403 : code });
      expect(answer.text).not.toContain("canary");
      expect(corsHeaders(answer)).toEqual([]);
    }
    expect(await newKeys()).toEqual([]);
    expect((await under.call(`/v1/generations/${id}`)).json["status"]).toBe("queued");
  });

  // What a form or a beacon can send without asking first, even where no header tells it.
  it.each([
    ["text", { "content-type": "text/plain" }, JSON.stringify(LITE)],
    ["text that calls itself UTF-8", { "content-type": "text/plain;charset=UTF-8" }, "{}"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "model=veo3.1-lite"],
    ["a form with files", { "content-type": "multipart/form-data; boundary=x" }, "--x--"],
    ["a body without a type", {}, JSON.stringify(LITE)],
    ["a type with JSON behind it", { "content-type": "text/plain, application/json" }, "{}"],
  ])("by a body that a browser sends unasked: %s", async (_, headers, body) => {
    const newKeys = await under.followKeys();
    for (const { method, path } of TARGETS.filter((target) => target.method === "POST")) {
      const answer = await raw({ method, path: path.replace("ID", id), headers, body });
      expect([path, answer.status]).toEqual([path, 415]);
      expect(corsHeaders(answer)).toEqual([]);
    }
    expect(await newKeys()).toEqual([]);
    expect((await under.call(`/v1/generations/${id}`)).json["status"]).toBe("queued");
  });

  it("by a target in absolute form, whatever the Host says", async () => {
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.2"]) {
      const path = `http://${host}/v1/generations/${id}`;
      expect((await raw({ path })).status).toBe(403);
    }
    expect((await raw({ path: "http://localhost/healthz" })).status).toBe(200);
    expect(
      (await raw({ path: "http://localhost/healthz", headers: { host: "a.example" } })).status,
    ).toBe(403);
  });

  it("by a request line that is no target at all", async () => {
    const socket = connect(under.gateway.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      "GET //evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    let text = "";
    for await (const chunk of socket.setEncoding("utf8")) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(text).not.toMatch(/access-control/i);
  });

  it("by asking for leave: a preflight is refused without any", async () => {
    for (const { path } of TARGETS) {
      const answer = await raw({
        method: "OPTIONS",
        path: path.replace("ID", id),
        headers: {
          origin: "http://localhost",
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type",
        },
      });
      expect([path, answer.status]).toEqual([path, 405]);
      expect(corsHeaders(answer)).toEqual([]);
    }
  });

  it("by embedding: every answer forbids it, the good ones too", async () => {
    for (const path of [`/v1/generations/${id}`, "/v1/generations", "/openapi.json", "/nowhere"]) {
      const { headers } = await under.call(path, { headers: { origin: under.gateway.url } });
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect([...headers.keys()].filter((key) => key.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("a local caller", () => {
  it.each([
    { host: "localhost" },
    { host: "LOCALHOST:8787" },
    { host: "127.0.0.1:1" },
    { host: "[::1]:8787" },
    { host: "localhost:8787", origin: "http://localhost:8787" },
    { host: "localhost", "sec-fetch-site": "same-origin" },
    { host: "localhost", "sec-fetch-site": "none" },
  ])("is served with %o", async (headers) => {
    expect((await raw({ path: `/v1/generations/${id}`, headers })).status).toBe(200);
  });
});

describe("HOST", () => {
  const logger = createLogger({ app: "test", level: "silent" });
  const startAt = (host: string, gatewayTokens: readonly GatewayToken[] | null = null) =>
    startGateway({
      gatewayTokens,
      redis: under.redis,
      logger,
      registry: new Registry(),
      health: createHealth(),
      host,
      port: 0,
      allowUnknownModels: false,
      callbackKeys: CALLBACK_KEYS,
      defaultLane: under.lane,
    });

  it.each(["127.0.0.2", "127.1.2.3", "::ffff:127.0.0.1", "0.0.0.0", "::", "a b", ""])(
    "is refused where the gateway's own guard would refuse its callers: %o",
    async (host) => {
      await expect(startAt(host)).rejects.toMatchObject({ mistakes: [{ name: "HOST" }] });
    },
  );

  it("may be any address of a gateway with tokens, whose guard they are", async () => {
    const tokens = [
      { tenant: "shop", digest: digestOf("t1"), scopes: ["read"], lanes: null },
    ] as const;
    const gateway = await startAt("0.0.0.0", tokens);
    const ask = async (path: string, authorization?: string): Promise<number> => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers })).status;
    };
    expect(await ask("/v1/models")).toBe(401);
    expect(await ask("/v1/models", "Bearer t1")).toBe(200);
    // It may be reached from anywhere: metrics need a token too.
    expect([await ask("/metrics"), await ask("/metrics", "Bearer t1")]).toEqual([401, 200]);
    expect([await ask("/healthz"), await ask("/openapi.json")]).toEqual([200, 200]);
    await gateway.stop();
  });

  it.each(["127.0.0.1", "localhost"])("may be %s, and its address is served", async (host) => {
    const gateway = await startAt(host);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    await gateway.stop();
  });
});

function corsHeaders({ headers }: RawAnswer): string[] {
  return Object.keys(headers).filter((name) => name.startsWith("access-control"));
}
