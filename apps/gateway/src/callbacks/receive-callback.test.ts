import { CALLBACK_TOKEN_TTL_MS, callbackToken } from "@apidot-queue/callback";
import { createLogger, type Surface } from "@apidot-queue/runtime";
import { describe, expect, it, vi } from "vitest";

import { appParts, CALLBACK_KEYS } from "../../test/app-parts.ts";
import { createApp } from "../app.ts";
import type { CallbackParts } from "./receive-callback.ts";

const ID = "default_01kat5k3v8q2x7m4n9p0r1s2t3";
const TASK = "task-unified-1776633582-abc12345";
const PUBLIC = { host: "queue.example", origin: "http://foreign.example" };
const WRAPPED = { code: 200, data: { task_id: TASK, status: "finished" } };

const tokenOf = (attempt = 1, madeAt = Date.now()): string =>
  callbackToken({ id: ID, attempt }, CALLBACK_KEYS, madeAt);

interface Options {
  readonly note?: CallbackParts["note"];
  readonly surfaces?: readonly Surface[];
  readonly isLocal?: boolean;
}

function setup({ note = () => Promise.resolve("candidate"), ...rest }: Options = {}) {
  const noted = vi.fn<CallbackParts["note"]>(note);
  const counts: string[] = [];
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ app: "test", level: "trace", destination });
  const parts = appParts();
  const app = createApp({
    ...parts,
    ...rest,
    logger,
    producer: {} as never,
    callbacks: {
      keys: CALLBACK_KEYS,
      note: noted,
      count: (outcome) => void counts.push(outcome),
      logger,
    },
  });
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { ...PUBLIC, ...(init.headers as Record<string, string> | undefined) };
    const answer = await app.request(`http://${headers.host}${path}`, { ...init, headers });
    const { status } = answer;
    return { status, text: await answer.text(), headers: answer.headers };
  };
  const post = (token: string, body: string | object = WRAPPED) =>
    send(`/callbacks/${token}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { post, send, noted, counts, lines };
}

describe("a callback with a token of ours", () => {
  it.each([
    ["wrapped", WRAPPED],
    ["bare", WRAPPED.data],
    ["failed", { ...WRAPPED.data, status: "failed" }],
    ["of a status that nobody knows", { ...WRAPPED.data, status: "expired" }],
    ["with files without end, but for the limit", { ...WRAPPED.data, files: "x".repeat(60_000) }],
  ])("is stored before it is answered, %s", async (_, body) => {
    const { post, noted, counts } = setup();
    expect(await post(tokenOf(3), body)).toMatchObject({ status: 200, text: '{"received":true}' });
    expect(noted).toHaveBeenCalledExactlyOnceWith({ id: ID, attempt: 3 }, TASK);
    expect(counts).toEqual(["candidate"]);
  });

  it.each(["poll_due", "late_due", "nothing"] as const)("is a 200 when it was %s", async (kind) => {
    const { post, counts } = setup({ note: () => Promise.resolve(kind) });
    expect((await post(tokenOf())).status).toBe(200);
    expect(counts).toEqual([kind]);
  });

  it.each([
    ["no JSON", "finished!"],
    ["no text", "\uD800"],
    ["nothing", ""],
    ["no task id", { code: 200, data: { status: "finished" } }],
    ["too much", { ...WRAPPED.data, files: "x".repeat(70_000) }],
  ])("is taken and does nothing when it holds %s", async (_, body) => {
    const { post, noted, counts } = setup();
    expect((await post(tokenOf(), body)).status).toBe(200);
    expect(noted).not.toHaveBeenCalled();
    expect(counts).toEqual(["unreadable"]);
  });

  it("is to be sent again when it could not be stored", async () => {
    const { post, counts } = setup({ note: () => Promise.reject(new Error("Redis is away")) });
    const answer = await post(tokenOf());
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(counts).toEqual(["unavailable"]);
  });

  it("leaves neither its token nor its body in the log", async () => {
    const { post, lines } = setup();
    const token = tokenOf();
    await post(token, { ...WRAPPED.data, files: ["https://media.example/canary.mp4"] });
    await post(token, "canary");
    const log = lines.join("\n");
    expect(log).toContain(ID);
    expect(log).not.toContain(token.slice(-20));
    expect(log).not.toContain("canary");
  });
});

describe("a callback without one", () => {
  const forged = `${tokenOf().slice(0, -4)}AAAA`;
  const expired = tokenOf(1, Date.now() - CALLBACK_TOKEN_TTL_MS - 1_000);
  const unknown = tokenOf(7);

  it("is a path that is not there, whatever is wrong", async () => {
    const { post, send, noted } = setup({ note: () => Promise.resolve("unknown") });
    const answers = await Promise.all([
      send("/nothing/here", { method: "POST", headers: { host: "localhost", origin: "" } }),
      ...[forged, expired, unknown, "x", "%00", "a".repeat(4_000)].map((token) => post(token)),
      send(`/callbacks/${tokenOf()}`),
      send(`/callbacks/${tokenOf()}`, { method: "PUT", body: "{}" }),
      send(`/callbacks/${tokenOf()}/more`, { method: "POST", body: "{}" }),
      send("/callbacks/"),
    ]);
    const [{ text } = { text: "" }] = answers.slice(1);
    for (const answer of answers.slice(1)) expect(answer).toMatchObject({ status: 404, text });
    expect(noted).toHaveBeenCalledExactlyOnceWith({ id: ID, attempt: 7 }, TASK);
  });

  it("is refused before its body is read", async () => {
    const { send } = setup();
    const body = new ReadableStream({ pull: () => expect.unreachable() });
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    expect((await send(`/callbacks/${forged}`, init)).status).toBe(404);
  });
});

describe("surfaces", () => {
  const paths = ["/v1/models", "/metrics", "/openapi.json", "/healthz", "/readyz"];
  const LOCAL = { host: "localhost", origin: "http://localhost" };
  const reach = async (options: Options, headers: Record<string, string>) => {
    const { send, post } = setup(options);
    const answers = await Promise.all(paths.map((path) => send(path, { headers })));
    return [...answers.map(({ status }) => status), (await post(tokenOf())).status];
  };

  it("with callbacks alone nothing else is answered but health", async () => {
    const surfaces = ["callbacks"] as const;
    expect(await reach({ surfaces, isLocal: false }, PUBLIC)).toEqual([
      404, 404, 404, 200, 200, 200,
    ]);
    expect(await reach({ surfaces, isLocal: false }, LOCAL)).toEqual([
      404, 404, 404, 200, 200, 200,
    ]);
  });

  it("with callbacks alone on loopback there are metrics, for local callers", async () => {
    const surfaces = ["callbacks"] as const;
    expect(await reach({ surfaces }, PUBLIC)).toEqual([404, 403, 404, 200, 200, 200]);
    expect((await reach({ surfaces }, LOCAL))[1]).toBe(200);
  });

  it("without callbacks a token opens nothing", async () => {
    expect((await reach({ surfaces: ["api"] }, LOCAL)).at(-1)).toBe(404);
  });

  it("with both the guard stands before everything but callbacks", async () => {
    expect(await reach({}, PUBLIC)).toEqual([403, 403, 403, 403, 403, 200]);
  });
});
