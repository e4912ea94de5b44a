import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Exchange } from "./exchange.ts";
import { readSubmit } from "./read-submit.ts";

const NOW = Date.UTC(2026, 3, 19, 21, 19, 42);
const PAGE = "<html><head><title>502 Bad Gateway</title></head></html>";
const TASK_ID = "task-unified-1757165031-uyujaw3d";
const DATA = { task_id: TASK_ID, status: "not_started", created_time: "2026-04-19T21:19:42" };

/** The error of the contract. */
const error = (code: number, message = "no"): object => ({
  code,
  error: { message, type: "some_error" },
});

function answered(httpStatus: number, body: unknown, retryAfter: string | null = null): Exchange {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { phase: "answered", httpStatus, contentType: null, retryAfter, body: text };
}

const read = (httpStatus: number, body: unknown, retryAfter: string | null = null) =>
  readSubmit(answered(httpStatus, body, retryAfter), NOW);

describe("an exchange that was not answered", () => {
  it("is not sent when nothing left", () => {
    expect(readSubmit({ phase: "not_sent", detail: "dns_failed" }, NOW)).toEqual({
      kind: "not_sent",
      detail: "dns_failed",
    });
  });

  it("is ambiguous once it was sent", () => {
    expect(readSubmit({ phase: "sent", detail: "reset" }, NOW)).toEqual({
      kind: "ambiguous",
      detail: "reset",
    });
  });
});

describe("a task id", () => {
  it.each([
    ["200 with code 200", 200, { code: 200, data: DATA }],
    ["200 with code 0", 200, { code: 0, data: DATA }],
    ["200 with code 201", 200, { code: 201, data: DATA }],
    ["200 without a code", 200, { data: DATA }],
    ["200 with a null code", 200, { code: null, data: DATA }],
    ["201", 201, { code: 200, data: DATA }],
    ["202", 202, { code: 200, data: DATA }],
    ["200 with a bare task", 200, DATA],
    ["200 with nothing but the id", 200, { data: { task_id: TASK_ID } }],
    ["200 with odd other fields", 200, { data: { task_id: TASK_ID, status: 7, progress: "x" } }],
  ])("under %s is accepted", (_title, httpStatus, body) => {
    expect(read(httpStatus, body)).toEqual({ kind: "accepted", taskId: TASK_ID, flagged: false });
  });

  it.each([
    ["200 with code 500", 200, { ...error(500), data: DATA }],
    ["200 with code 402", 200, { ...error(402), data: DATA }],
    ["200 with code 302", 200, { code: 302, data: DATA }],
    ["400", 400, { ...error(400), data: DATA }],
    ["401", 401, { ...error(401), data: { task_id: TASK_ID } }],
    ["409", 409, { code: 409, data: { task_id: TASK_ID } }],
    ["500", 500, { ...error(500), data: { task_id: TASK_ID } }],
    ["503 and a success code", 503, { code: 200, data: DATA }],
    ["502 and a bare task", 502, DATA],
    ["307", 307, { data: DATA }],
  ])("under %s is accepted and flagged: the id is what costs money", (_title, status, body) => {
    expect(read(status, body)).toEqual({ kind: "accepted", taskId: TASK_ID, flagged: true });
  });

  it.each([
    ["with a space", "task 4711"],
    ["with a control character", "a\u0000b"],
    ["with a comma and a slash", "a,b/c"],
    ["of a thousand characters", "x".repeat(1_024)],
  ])("%s is bound all the same: it stands for a paid task", (_title, taskId) => {
    expect(read(200, { data: { task_id: taskId } })).toMatchObject({ kind: "accepted", taskId });
  });

  it("that stands bare beside a wrapped status is found", () => {
    const body = { task_id: TASK_ID, data: { status: "not_started" } };
    expect(read(200, body)).toMatchObject({ kind: "accepted", taskId: TASK_ID });
  });

  it("that is a number is kept as text", () => {
    expect(read(200, { data: { task_id: 4711 } })).toMatchObject({ taskId: "4711" });
  });

  it.each([
    ["missing", { status: "not_started" }],
    ["null", { task_id: null }],
    ["empty", { task_id: "" }],
    ["white space", { task_id: " " }],
    ["a lone surrogate", { task_id: "a\ud800" }],
    ["an object", { task_id: { id: 1 } }],
    ["a number that lost digits", { task_id: 2 ** 60 }],
    ["endless", { task_id: "x".repeat(1_025) }],
  ])("that is %s makes a success ambiguous", (_title, data) => {
    const outcome = read(200, { code: 200, data });
    expect(outcome).toEqual({ kind: "ambiguous", detail: "schema_drift" });
  });
});

describe("a success that cannot be read", () => {
  it.each([
    ["an empty body", "", "unparsable_body"],
    ["a page", PAGE, "unparsable_body"],
    ["half an answer", '{"code":200,"data":{"task_id":"task-uni', "unparsable_body"],
    ["an array", [DATA], "unparsable_body"],
    ["a text", '"ok"', "unparsable_body"],
    ["null", "null", "unparsable_body"],
    ["an empty object", {}, "schema_drift"],
    ["data that is a list", { code: 200, data: [DATA] }, "schema_drift"],
    ["a code that is text", { code: "402", message: "no credits" }, "schema_drift"],
    ["a message alone", { message: "accepted" }, "schema_drift"],
    ["an unknown code below 400", { code: 100 }, "unknown_code"],
    ["a negative code", { code: -1, message: "busy" }, "unknown_code"],
  ])("such as %s is ambiguous", (_title, body, detail) => {
    expect(read(200, body)).toEqual({ kind: "ambiguous", detail });
  });
});

describe.each([
  ["HTTP", (code: number) => code],
  ["a body code under HTTP 200", () => 200],
])("an error by %s", (_by, httpStatusOf) => {
  const readError = (code: number, retryAfter: string | null = null) =>
    read(httpStatusOf(code), error(code, "because"), retryAfter);

  it.each([400, 413, 422])("%i is rejected with its message", (httpStatus) => {
    expect(readError(httpStatus)).toEqual({ kind: "rejected", httpStatus, message: "because" });
  });

  it.each([
    [401, "authentication_error"],
    [403, "authentication_error"],
    [402, "insufficient_credits"],
  ])("%i is the account's: %s", (httpStatus, code) => {
    expect(readError(httpStatus)).toEqual({ kind: "denied", code, httpStatus, message: "because" });
  });

  it.each([404, 405, 410, 415])("%i is misconfigured", (httpStatus) => {
    expect(readError(httpStatus)).toEqual({ kind: "misconfigured", httpStatus });
  });

  it("429 is throttled, with the advice as seconds, as a date, or none", () => {
    const throttled = { kind: "throttled", httpStatus: 429 };
    expect(readError(429)).toEqual({ ...throttled, retryAfterMs: null });
    expect(readError(429, "2")).toEqual({ ...throttled, retryAfterMs: 2_000 });
    expect(readError(429, new Date(NOW + 5_000).toUTCString())).toEqual({
      ...throttled,
      retryAfterMs: 5_000,
    });
  });

  it.each([500, 502, 503, 504, 529])("%i in the API's own words is unavailable", (httpStatus) => {
    expect(readError(httpStatus, "3")).toEqual({
      kind: "unavailable",
      httpStatus,
      retryAfterMs: 3_000,
    });
  });

  it.each([
    [408, "http_408"],
    [409, "http_409"],
    [406, "unlisted_status"],
    [418, "unlisted_status"],
    [425, "unlisted_status"],
    [451, "unlisted_status"],
    [600, "unlisted_status"],
    [1001, "unlisted_status"],
  ])("%i is ambiguous", (httpStatus, detail) => {
    expect(readError(httpStatus)).toEqual({ kind: "ambiguous", detail });
  });
});

describe("a 5xx", () => {
  const unavailable = { kind: "unavailable", httpStatus: 503, retryAfterMs: null };
  const ambiguous = { kind: "ambiguous", detail: "foreign_5xx" };

  it.each([
    ["code and error", error(503)],
    ["an error with message and type", { error: { message: "busy", type: "server_error" } }],
    ["a null code beside such an error", { code: null, error: { message: "busy", type: "x" } }],
    ["code and an error's message", { code: 503, error: { message: "busy" } }],
    ["code and an error's type", { code: 503, error: { type: "server_error" } }],
    ["code and a top-level message", { code: 503, message: "busy" }],
    ["a code other than the status", { code: 500, message: "busy" }],
  ])("with %s is the API's own", (_title, body) => {
    expect(read(503, body)).toEqual(unavailable);
  });

  it.each([
    ["a page", PAGE],
    ["nothing", ""],
    ["text", "upstream connect error"],
    ["half an error", JSON.stringify(error(503)).slice(0, -2)],
    ["a list", [error(503)]],
    ["an empty object", {}],
    ["a message alone", { message: "Endpoint request timed out" }],
    ["an error that is text", { error: "Bad Gateway" }],
    ["an error that is text, and a message", { error: "Bad Gateway", message: "busy" }],
    ["an error without a type or a code", { error: { message: "busy" } }],
    ["a code alone", { code: 503 }],
    ["a code that is text", { code: "503", message: "busy" }],
    ["a success code", { code: 200, message: "success" }],
    ["a code of another kind", { code: 1001, message: "busy" }],
    ["empty words", { code: 503, message: " ", error: { message: "", type: "" } }],
    ["a framework's error", { status: 503, error: "Service Unavailable", path: "/api" }],
  ])("with %s is ambiguous: somebody in front said it", (_title, body) => {
    expect(read(503, body, "2")).toEqual(ambiguous);
  });
});

describe("a 4xx or a redirect by HTTP", () => {
  it.each([
    [400, "rejected"],
    [413, "rejected"],
    [401, "denied"],
    [403, "denied"],
    [404, "misconfigured"],
    [429, "throttled"],
    [300, "misconfigured"],
    [301, "misconfigured"],
    [304, "misconfigured"],
    [307, "misconfigured"],
    [308, "misconfigured"],
  ])("%i is decided by its status, though it is a page", (httpStatus, kind) => {
    expect(read(httpStatus, PAGE)).toMatchObject({ kind, httpStatus });
  });

  it("keeps its class whatever the code of its body", () => {
    expect(read(402, { code: 200, message: "success" })).toMatchObject({ kind: "denied" });
  });

  it("takes a top-level message where the error has none", () => {
    expect(read(400, { code: 400, message: "top", error: {} })).toMatchObject({ message: "top" });
  });

  it("says so when there is no message", () => {
    expect(read(422, "")).toMatchObject({ message: "HTTP 422 without a message" });
  });
});

describe("any answer at all", () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          code: fc.oneof(fc.integer({ min: -5, max: 700 }), fc.double(), fc.anything()),
          message: fc.anything(),
          error: fc.oneof(
            fc.record({ message: fc.anything(), type: fc.anything() }),
            fc.anything(),
          ),
          data: fc.oneof(fc.record({ task_id: fc.anything() }), fc.anything()),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value, (_key, field) => plain(field))),
  );
  const httpStatus = fc.oneof(fc.integer({ min: 100, max: 999 }), fc.integer());

  it("gives an outcome and never throws", () => {
    fc.assert(
      fc.property(httpStatus, body, fc.string(), (status, text, retryAfter) => {
        expect(typeof read(status, text, retryAfter).kind).toBe("string");
      }),
      { numRuns: 1_000 },
    );
  });

  it("is accepted whenever it names a task, under every status and code", () => {
    fc.assert(
      fc.property(httpStatus, fc.integer(), (status, code) => {
        expect(read(status, { code, data: { task_id: TASK_ID } })).toMatchObject({
          kind: "accepted",
          taskId: TASK_ID,
        });
      }),
    );
  });

  it("without a task is called refused only where the protocol lists it", () => {
    const listed = new Set([400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 429]);
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.string(), (status, text) => {
        const isRedirect = status >= 300 && status <= 399;
        const expected = listed.has(status) || isRedirect;
        expect(read(status, `<p>${text}`).kind !== "ambiguous").toBe(expected);
      }),
    );
  });
});

/** JSON cannot hold everything that fast-check invents. */
function plain(value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
