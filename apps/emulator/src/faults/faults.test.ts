import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fingerprintKey } from "../accounts.ts";
import { KEY, LONG_MS, setup, TEXT_LITE } from "../../test/emulator-under-test.ts";
import type { FaultKind, FaultRule } from "./fault-rule.ts";
import type { CallbackKind } from "../../test/callback-receiver.ts";

afterEach(() => {
  vi.useRealTimers();
});

const setupWith = (...faults: readonly FaultRule[]) => setup({ faults });
type Bundle = Awaited<ReturnType<typeof setup>>;

const NOT_ACCEPTED = ["submit", "refused"];
const ACCEPTED = ["submit", "accepted"];

/** Waits until the emulator has seen a submit through, although nobody was answered. */
async function untilLedgered(bundle: Bundle, event: string): Promise<void> {
  while (!bundle.events().includes(event)) await nextTurn();
}

/**
 * Every kind over a real socket; the type makes the list complete. Those of callbacks alone are in
 * `callback-faults.test.ts`.
 */
const CASES = {
  rate_limited: async () => {
    const { submit, events } = await setupWith(
      { on: "submit", kind: "rate_limited", times: 1 },
      { on: "submit", kind: "rate_limited", times: 1, retry_after: 2 },
      { on: "submit", kind: "rate_limited", times: 1, retry_after: 90, retry_after_as: "date" },
      { on: "submit", kind: "rate_limited", times: 1, retry_after: "soon" },
    );
    const replies = [await submit(), await submit(), await submit(), await submit()];
    expect(replies.map((reply) => reply.status)).toEqual([429, 429, 429, 429]);
    expect(replies[0]?.body.error?.type).toBe("rate_limited");
    expect(replies.map((reply) => reply.headers["retry-after"])).toEqual([
      undefined,
      "2",
      "Sun, 19 Apr 2026 21:21:12 GMT",
      "soon",
    ]);
    expect((await submit()).status).toBe(200);
    expect(events()).toEqual([...[1, 2, 3, 4].flatMap(() => NOT_ACCEPTED), ...ACCEPTED]);
  },

  error: async () => {
    const codes = [400, 401, 402, 403, 404, 405, 408, 409, 413, 422, 500, 502, 503, 504, 529];
    const { submit, emulator } = await setupWith(
      ...codes.map((status): FaultRule => ({ on: "submit", kind: "error", status, times: 1 })),
      { on: "submit", kind: "error", status: 503, message: "busy", type: "overloaded", times: 1 },
      { on: "submit", kind: "error", status: 503, top_level_message: true, times: 1 },
    );
    for (const code of codes) {
      const reply = await submit();
      expect(reply.status).toBe(code);
      expect(reply.body).toEqual({
        code,
        error: { message: expect.any(String), type: expect.any(String) },
      });
    }
    expect((await submit()).body).toEqual({
      code: 503,
      error: { message: "busy", type: "overloaded" },
    });
    expect((await submit()).body).toEqual({ code: 503, message: "service unavailable" });
    const refusals = emulator.ledger().filter(({ event }) => event === "refused");
    expect(refusals.map(({ code }) => code)).toEqual([...codes, 503, 503]);
  },

  error_html: async () => {
    const { submit, events } = await setupWith({
      on: "submit",
      kind: "error_html",
      status: 502,
      accept: true,
      retry_after: 1,
    });
    const reply = await submit();
    expect(reply.status).toBe(502);
    expect(reply.headers).toMatchObject({ "content-type": "text/html", "retry-after": "1" });
    expect(reply.text).toMatch(/^<html>/);
    expect(events()).toEqual(ACCEPTED);
  },

  error_in_200: async () => {
    const { submit, emulator } = await setupWith({
      on: "submit",
      kind: "error_in_200",
      status: 402,
    });
    const reply = await submit();
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ code: 402, error: { type: "insufficient_credits" } });
    expect(emulator.ledger().at(-1)).toMatchObject({ event: "refused", code: 402 });
  },

  redirect: async () => {
    const { emulator, submit, status } = await setupWith(
      { on: "submit", kind: "redirect" },
      { on: "status", kind: "redirect", location: "/elsewhere" },
    );
    const reply = await submit();
    expect(reply.status).toBe(307);
    expect(reply.headers["location"]).toBe(`${emulator.url}/api/generate/submit`);
    expect((await status("x")).headers["location"]).toBe("/elsewhere");
    expect(emulator.ledger().at(-1)).toMatchObject({ event: "refused", code: 307 });
  },

  reset_before: async () => {
    const { emulator, submit } = await setupWith({ on: "submit", kind: "reset_before", times: 1 });
    await expect(submit()).rejects.toMatchObject({ code: "ECONNRESET" });
    const [, refused] = emulator.ledger();
    expect(refused).toMatchObject({ event: "refused" });
    expect(refused).not.toHaveProperty("code");
    expect((await submit()).status).toBe(200);
  },

  reset_after: async () => {
    const { submit, events } = await setupWith({ on: "submit", kind: "reset_after" });
    await expect(submit()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(events()).toEqual(ACCEPTED);
  },

  hang_before: () => expectHang("hang_before", "refused"),
  hang_after: () => expectHang("hang_after", "accepted"),

  truncate: async () => {
    const { emulator, call, events } = await setupWith({ on: "submit", kind: "truncate" });
    const path = "/api/generate/submit";
    await expect(call("POST", path, { key: KEY, json: TEXT_LITE })).rejects.toThrow("aborted");
    expect(events()).toEqual(ACCEPTED);
    const bytes = await exchangeRaw(emulator.port, JSON.stringify(TEXT_LITE));
    const [head = "", half = ""] = bytes.split("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(half.length).toBe(Math.floor(length / 2));
    expect(half).toMatch(/^\{"code":200/);
  },

  garbage: async () => {
    const { submit, events } = await setupWith({ on: "submit", kind: "garbage" });
    const reply = await submit();
    expect(reply.status).toBe(200);
    expect(() => JSON.parse(reply.text) as unknown).toThrow(SyntaxError);
    expect(events()).toEqual(ACCEPTED);
  },

  huge: async () => {
    const { submit, status } = await setupWith(
      { on: "submit", kind: "huge" },
      { on: "status", kind: "huge", bytes: 10 },
    );
    const reply = await submit();
    expect(reply.text.length).toBeGreaterThan(1024 * 1024);
    const data = (await status(String(reply.body.data?.["task_id"]))).body.data;
    expect(data).toMatchObject({ status: "not_started", padding: "x".repeat(10) });
  },

  task_id_with_error: async () => {
    const { submit, status, events } = await setupWith(
      { on: "submit", kind: "task_id_with_error", times: 1 },
      { on: "submit", kind: "task_id_with_error", times: 1, status: 409, in_200: true },
    );
    const reply = await submit();
    expect(reply.status).toBe(500);
    expect(reply.body).toMatchObject({ code: 500, error: { type: "server_error" } });
    expect(events()).toEqual(ACCEPTED);
    expect((await status(String(reply.body.data?.["task_id"]))).status).toBe(200);
    expect(await submit()).toMatchObject({
      status: 200,
      body: { code: 409, data: { task_id: expect.stringMatching(/^task-/) } },
    });
  },

  code_zero: async () => {
    const { submit, status } = await setupWith(
      { on: "submit", kind: "code_zero" },
      { on: "status", kind: "code_zero" },
    );
    const reply = await submit();
    expect(reply.body).toMatchObject({ code: 0, data: { status: "not_started" } });
    expect((await status(String(reply.body.data?.["task_id"]))).body.code).toBe(0);
  },

  no_code: async () => {
    const { submit } = await setupWith({ on: "submit", kind: "no_code" });
    const { body } = await submit();
    expect(body).not.toHaveProperty("code");
    expect(body.data).toHaveProperty("task_id");
  },

  no_task_id: async () => {
    const { submit, events } = await setupWith({ on: "submit", kind: "no_task_id" });
    const { body } = await submit();
    expect(body).toMatchObject({ code: 200, data: { status: "not_started" } });
    expect(body.data).not.toHaveProperty("task_id");
    expect(events()).toEqual(ACCEPTED);
  },

  not_found_for: async () => {
    const { emulator, clock, status, submitForId } = await setupWith({
      on: "status",
      kind: "not_found_for",
      calls: 2,
    });
    for (const id of [await submitForId(), await submitForId()]) {
      const codes = [
        (await status(id)).status,
        (await status(id)).status,
        (await status(id)).status,
      ];
      expect(codes).toEqual([404, 404, 200]);
    }
    emulator.setFaults([{ on: "status", kind: "not_found_for", ms: 5_000 }]);
    const id = await submitForId();
    expect((await status(id)).body.code).toBe(404);
    clock.advance(5_000);
    expect((await status(id)).body.code).toBe(200);
  },

  unknown_status: async () => {
    const { clock, status, submitForId } = await setupWith(
      { on: "status", kind: "unknown_status", times: 1 },
      { on: "status", kind: "unknown_status", skip: 1, times: 1, status: "queued" },
    );
    const id = await submitForId();
    expect((await status(id)).body.data?.["status"]).toBe("paused");
    clock.advance(LONG_MS);
    const late = (await status(id)).body.data;
    expect(late?.["status"]).toBe("queued");
    expect(late).not.toHaveProperty("output");
    expect((await status(id)).body.data?.["status"]).toBe("finished");
  },

  files_top: async () => {
    const { clock, status, submitForId } = await setupWith({ on: "status", kind: "files_top" });
    const id = await submitForId();
    expect((await status(id)).body.data).not.toHaveProperty("files");
    clock.advance(LONG_MS);
    const data = (await status(id)).body.data;
    expect(data).not.toHaveProperty("output");
    expect(data?.["files"]).toEqual([
      { file_url: expect.stringContaining(id), file_type: "video" },
    ]);
  },

  no_progress: async () => {
    const { clock, status, submitForId } = await setupWith(
      { on: "status", kind: "no_progress" },
      { on: "status", kind: "files_top" },
    );
    const id = await submitForId();
    expect((await status(id)).body.data).not.toHaveProperty("progress");
    clock.advance(LONG_MS);
    const data = (await status(id)).body.data;
    expect(data).not.toHaveProperty("progress");
    expect(data).toHaveProperty("files");
  },

  fail_task: async () => {
    const { emulator, clock, status, submitForId } = await setupWith(
      { on: "submit", kind: "fail_task", times: 1 },
      { on: "submit", kind: "fail_task", times: 1, error_message: null, at: 0 },
      { on: "submit", kind: "fail_task", times: 1, error_message: "unsafe prompt" },
    );
    const ids = [await submitForId(), await submitForId(), await submitForId()];
    expect((await status(ids[1]!)).body.data?.["status"]).toBe("failed");
    expect((await status(ids[0]!)).body.data?.["status"]).toBe("not_started");
    clock.advance(LONG_MS);
    const messages = [];
    for (const id of ids) {
      const data = (await status(id)).body.data;
      expect(data).toMatchObject({ status: "failed", task_id: id });
      expect(data).not.toHaveProperty("output");
      messages.push(data?.["error_message"]);
    }
    expect(messages).toEqual(["generation failed", null, "unsafe prompt"]);
    const ends = emulator.ledger().filter(({ event }) => event === "settled");
    expect(ends.map(({ code, credits }) => [code, credits])).toEqual([
      [500, 0],
      [500, 0],
      [500, 0],
    ]);
    expect(emulator.ledger().some(({ event }) => event === "charged")).toBe(false);
  },

  stuck: async () => {
    const { clock, status, submitForId, events } = await setupWith({ on: "submit", kind: "stuck" });
    const id = await submitForId();
    clock.advance(1_000 * LONG_MS);
    expect((await status(id)).body.data).toMatchObject({ status: "running", progress: 99 });
    expect(events()).toEqual(ACCEPTED);
  },

  slow: async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const bundle = await setupWith(
      { on: "submit", kind: "slow", delay_ms: 20_000, times: 1 },
      { on: "submit", kind: "slow", delay_ms: 10_000, times: 1 },
      { on: "submit", kind: "rate_limited", skip: 1 },
    );
    const order: string[] = [];
    const slow = bundle.submit().then(() => order.push("slow"));
    await untilLedgered(bundle, "accepted");
    expect((await bundle.submit()).status).toBe(429);
    order.push("quick");
    vi.advanceTimersByTime(29_999);
    expect((await bundle.submit()).status).toBe(429);
    order.push("quick");
    vi.advanceTimersByTime(1);
    await slow;
    expect(order).toEqual(["quick", "quick", "slow"]);
  },

  rate_limit: async () => {
    const { clock, submit, emulator } = await setupWith({
      on: "submit",
      kind: "rate_limit",
      per_second: 0.5,
      burst: 2,
      retry_after: true,
    });
    const burst = [(await submit()).status, (await submit()).status, (await submit()).status];
    expect(burst).toEqual([200, 200, 429]);
    expect((await submit(TEXT_LITE, "another-key")).status).toBe(200);
    clock.advance(500);
    const refused = await submit();
    expect(refused.headers["retry-after"]).toBe("2");
    expect(refused.body.error?.type).toBe("rate_limited");
    clock.advance(1_500);
    expect((await submit()).status).toBe(200);
    expect((await submit()).status).toBe(429);
    emulator.setFaults([{ on: "submit", kind: "rate_limit", per_second: 1 }]);
    await submit();
    expect((await submit()).headers).not.toHaveProperty("retry-after");
  },
} satisfies Record<Exclude<FaultKind, CallbackKind>, () => Promise<void>>;

async function expectHang(kind: "hang_before" | "hang_after", event: string): Promise<void> {
  const bundle = await setupWith({ on: "submit", kind, times: 1 });
  const client = new AbortController();
  const hanging = bundle.call("POST", "/api/generate/submit", {
    key: KEY,
    json: TEXT_LITE,
    signal: client.signal,
  });
  const outcome = expect(hanging).rejects.toThrow("aborted");
  await untilLedgered(bundle, event);
  expect((await bundle.submit()).status).toBe(200);
  client.abort();
  await outcome;
  expect(bundle.events()).toEqual(["submit", event, ...ACCEPTED]);
}

async function exchangeRaw(port: number, body: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `POST /api/generate/submit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  let bytes = "";
  socket.on("data", (chunk: Buffer) => (bytes += chunk.toString("latin1")));
  await once(socket, "close");
  return bytes;
}

describe("each kind of fault", () => {
  it.each(Object.entries(CASES))("%s does what it says", async (_kind, run) => {
    await run();
  });
});

describe("faults on status calls", () => {
  const spoilt: readonly [FaultRule, (bundle: Bundle, id: string) => Promise<void>][] = [
    [
      { on: "status", kind: "rate_limited", retry_after: 3 },
      async ({ status }, id) =>
        expect(await status(id)).toMatchObject({ status: 429, headers: { "retry-after": "3" } }),
    ],
    [
      { on: "status", kind: "error", status: 503 },
      async ({ status }, id) => expect((await status(id)).body.code).toBe(503),
    ],
    [
      { on: "status", kind: "error_html", status: 504 },
      async ({ status }, id) => expect((await status(id)).text).toContain("504"),
    ],
    [
      { on: "status", kind: "error_in_200", status: 401 },
      async ({ status }, id) =>
        expect(await status(id)).toMatchObject({ status: 200, body: { code: 401 } }),
    ],
    [
      { on: "status", kind: "reset_before" },
      ({ status }, id) => expect(status(id)).rejects.toMatchObject({ code: "ECONNRESET" }),
    ],
    [
      { on: "status", kind: "reset_after" },
      ({ status }, id) => expect(status(id)).rejects.toMatchObject({ code: "ECONNRESET" }),
    ],
    [
      { on: "status", kind: "truncate" },
      ({ status }, id) => expect(status(id)).rejects.toThrow("aborted"),
    ],
    [
      { on: "status", kind: "garbage" },
      async ({ status }, id) => expect((await status(id)).text).toContain("not json"),
    ],
    [
      { on: "status", kind: "no_task_id" },
      async ({ status }, id) => expect((await status(id)).body.data).not.toHaveProperty("task_id"),
    ],
  ];

  it.each(spoilt)("strikes the poll and leaves the task alone: %o", async (rule, check) => {
    const bundle = await setupWith(rule);
    const id = await bundle.submitForId();
    await check(bundle, id);
    bundle.emulator.setFaults([]);
    bundle.clock.advance(LONG_MS);
    expect((await bundle.status(id)).body.data?.["status"]).toBe("finished");
  });
});

describe("which calls a rule strikes", () => {
  const sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"; // of "x"

  it("skips the first calls and stops after its times", async () => {
    const { submit, call } = await setupWith({
      on: "submit",
      kind: "error",
      status: 500,
      skip: 2,
      times: 2,
    });
    const codes = [];
    for (let index = 0; index < 6; index += 1) codes.push((await submit()).status);
    expect(codes).toEqual([200, 200, 500, 500, 200, 200]);
    const { text } = await call("GET", "/emulator/faults");
    expect(JSON.parse(text)).toMatchObject({ faults: [{ matched: 6, struck: 2 }] });
  });

  it.each<NonNullable<FaultRule["match"]>>([
    { model: "veo3.1-fast" },
    { key: "other-key" },
    { key: fingerprintKey("other-key") },
    { prompt_sha256: sha256 },
    { model: "veo3.1-fast", key: "other-key", prompt_sha256: sha256 },
  ])("strikes only submits that match %o", async (match) => {
    const { submit } = await setupWith({ on: "submit", kind: "error", status: 500, match });
    expect((await submit()).status).toBe(200);
    const other = { model: "veo3.1-fast", input: { prompt: "x" } };
    expect((await submit(other, "other-key")).status).toBe(500);
  });

  it("strikes only status calls of the task that matches", async () => {
    const { emulator, status, submitForId } = await setup();
    const [one, two] = [await submitForId(), await submitForId()];
    emulator.setFaults([{ on: "status", kind: "error", status: 500, match: { task_id: two } }]);
    expect([(await status(one)).status, (await status(two)).status]).toEqual([200, 500]);
    emulator.setFaults([
      { on: "status", kind: "error", status: 500, match: { model: "veo3.1-lite" } },
    ]);
    expect([(await status(one)).status, (await status("task-0")).status]).toEqual([500, 404]);
  });

  it("strikes about as often as its rate says", async () => {
    const { submit } = await setupWith({ on: "submit", kind: "error", status: 500, rate: 0.3 });
    const replies = await Promise.all(Array.from({ length: 300 }, () => submit()));
    const struck = replies.filter(({ status }) => status === 500).length;
    expect(struck).toBeGreaterThan(60);
    expect(struck).toBeLessThan(120);
  });

  it("leaves a bad key and an invalid request to the honest answer, but for faults before it", async () => {
    const { emulator, submit } = await setup({
      keys: [KEY],
      faults: [{ on: "submit", kind: "reset_after", times: 1 }],
    });
    expect((await submit(TEXT_LITE, "bad")).status).toBe(401);
    expect((await submit({})).status).toBe(400);
    await expect(submit()).rejects.toMatchObject({ code: "ECONNRESET" });
    emulator.setFaults([{ on: "submit", kind: "error", status: 503 }]);
    expect((await submit(TEXT_LITE, "bad")).status).toBe(401);
    expect((await submit({})).status).toBe(503);
  });
});
