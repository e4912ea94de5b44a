import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStatus } from "./read-status.ts";

const NOW = Date.UTC(2026, 3, 19, 21, 19, 42);
const ID = "task-unified-1757165031-uyujaw3d";
const FILE = { file_url: "https://files.invalid/a.mp4", file_type: "video" };
const PAGE = "<html>busy</html>";

function read(httpStatus: number, body: unknown, retryAfter: string | null = null) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readStatus(
    { phase: "answered", httpStatus, contentType: null, retryAfter, body: text },
    ID,
    NOW,
  );
}

const task = (fields: object): object => ({ code: 200, data: { task_id: ID, ...fields } });

describe("a task that is not over", () => {
  it.each(["not_started", "running"])("is running while it is %s", (status) => {
    expect(read(200, task({ status, progress: 40 }))).toEqual({
      kind: "running",
      taskStatus: status,
      progress: 40,
    });
  });

  it.each(["paused", "FINISHED", "success", ""])(
    "counts the unknown status %j as such",
    (status) => {
      expect(read(200, task({ status, files: [FILE] }))).toEqual({
        kind: "running",
        taskStatus: "unknown",
        progress: null,
      });
    },
  );

  it.each([
    [0, 0],
    [99.5, 99.5],
    [100, 100],
    [140, 100],
    [-3, 0],
    ["40", null],
    ["40%", null],
    [null, null],
    [{}, null],
  ])("takes the progress %j as %j", (progress, expected) => {
    expect(read(200, task({ status: "running", progress }))).toMatchObject({ progress: expected });
  });

  it("takes an infinite progress for none", () => {
    const body = `{"data":{"task_id":"${ID}","status":"running","progress":1e999}}`;
    expect(read(200, body)).toMatchObject({ progress: null });
  });
});

describe("a finished task", () => {
  const finished = { kind: "finished", files: [{ url: FILE.file_url, type: "video" }] };

  it.each([
    ["data.output.files", task({ status: "finished", output: { files: [FILE] } })],
    ["data.files", task({ status: "finished", files: [FILE] })],
    ["data.files beside an empty output", task({ status: "finished", output: {}, files: [FILE] })],
    [
      "data.files beside unusable ones",
      task({ status: "finished", output: { files: [null] }, files: [FILE] }),
    ],
    ["a bare payload", { task_id: ID, status: "finished", files: [FILE] }],
    ["code 0", { code: 0, data: { task_id: ID, status: "finished", files: [FILE] } }],
    ["no code and no task id", { data: { status: "finished", files: [FILE] } }],
  ])("gives its files by %s", (_title, body) => {
    expect(read(200, body)).toEqual(finished);
  });

  it("keeps the usable files among odd entries, in order, and types as they came", () => {
    const files = [
      null,
      "https://files.invalid/bare.mp4",
      { file_type: "video" },
      { file_url: "" },
      { file_url: "/relative.mp4" },
      { file_url: "ftp://files.invalid/a" },
      { file_url: "javascript:alert(1)" },
      { file_url: "https://" },
      { file_url: `https://files.invalid/${"x".repeat(9_000)}` },
      { file_url: 7 },
      { file_url: " https://files.invalid/1?sig=a%20b ", file_type: "hologram" },
      { file_url: "HTTP://files.invalid/2", file_type: 3 },
    ];
    expect(read(200, task({ status: "finished", output: { files } }))).toEqual({
      kind: "finished",
      files: [
        { url: "https://files.invalid/1?sig=a%20b", type: "hologram" },
        { url: "HTTP://files.invalid/2", type: "unknown" },
      ],
    });
  });

  it.each([
    ["no files", {}],
    ["null", { output: null, files: null }],
    ["an empty list", { output: { files: [] } }],
    ["an object for a list", { files: { 0: FILE } }],
    ["nothing usable", { output: { files: [{ file_url: "soon" }] } }],
  ])("with %s is polled on", (_title, fields) => {
    expect(read(200, task({ status: "finished", ...fields }))).toEqual({
      kind: "unavailable",
      detail: "finished_without_files",
      retryAfterMs: null,
    });
  });
});

describe("a failed task", () => {
  it.each([
    ["unsafe content", "unsafe content"],
    [null, null],
    ["", null],
    [{ text: "x" }, null],
  ])("with error_message %j has the message %j", (error_message, message) => {
    expect(read(200, task({ status: "failed", error_message }))).toEqual({
      kind: "failed",
      message,
    });
  });
});

describe("an answer that says nothing about the task", () => {
  it.each([
    ["another task", { data: { task_id: "task-2", status: "failed" } }, "other_task"],
    ["no status", task({}), "schema_drift"],
    ["a status that is no text", task({ status: 3 }), "schema_drift"],
    ["an empty object", {}, "schema_drift"],
    ["a bare status", { status: "failed" }, "schema_drift"],
    ["an unknown code", { code: 7, data: { task_id: ID, status: "failed" } }, "unknown_code"],
    ["a page", PAGE, "unparsable_body"],
    ["half an answer", JSON.stringify(task({ status: "failed" })).slice(0, -3), "unparsable_body"],
    ["nothing", "", "unparsable_body"],
  ])("because it holds %s is unavailable", (_title, body, detail) => {
    expect(read(200, body)).toEqual({ kind: "unavailable", detail, retryAfterMs: null });
  });

  it("because it never came is unavailable", () => {
    for (const phase of ["not_sent", "sent"] as const) {
      expect(readStatus({ phase, detail: "reset" }, ID, NOW)).toEqual({
        kind: "unavailable",
        detail: "reset",
        retryAfterMs: null,
      });
    }
  });
});

describe.each([
  ["HTTP", (code: number) => code],
  ["a body code under HTTP 200", () => 200],
])("an error by %s", (_by, httpStatusOf) => {
  const readError = (code: number, retryAfter: string | null = null) =>
    read(httpStatusOf(code), { code, message: "no" }, retryAfter);

  it("404 is a task that the upstream does not know", () => {
    expect(readError(404)).toEqual({ kind: "not_found" });
  });

  it.each([400, 422])("%i is a status call that is refused", (httpStatus) => {
    expect(readError(httpStatus)).toEqual({ kind: "rejected", httpStatus });
  });

  it.each([401, 402, 403])("%i is the account's", (httpStatus) => {
    expect(readError(httpStatus)).toEqual({ kind: "denied", httpStatus });
  });

  it("429 is throttled", () => {
    expect(readError(429, "4")).toEqual({ kind: "throttled", retryAfterMs: 4_000 });
  });

  it.each([
    [500, "http_5xx"],
    [503, "http_5xx"],
    [405, "unlisted_status"],
    [408, "unlisted_status"],
    [410, "unlisted_status"],
  ])("%i is unavailable, with the advice when there is one", (code, detail) => {
    expect(readError(code)).toEqual({ kind: "unavailable", detail, retryAfterMs: null });
    expect(readError(code, "4")).toMatchObject({ detail, retryAfterMs: 4_000 });
  });
});

it("a redirect of a status call is unavailable", () => {
  expect(read(307, "")).toMatchObject({ kind: "unavailable", detail: "redirected" });
});

it("nothing but the asked task's own word ends it, and nothing ever throws", () => {
  const status = fc.oneof(fc.constantFrom("finished", "failed", "running"), fc.string());
  const named = fc.record(
    {
      code: fc.oneof(fc.constantFrom(0, 200, 201, 404, 500), fc.integer()),
      data: fc.record(
        {
          task_id: fc.constantFrom(ID, "task-2", null, 7),
          status,
          files: fc.constantFrom([FILE], [], null, {}),
          output: fc.jsonValue(),
          progress: fc.jsonValue(),
          error_message: fc.jsonValue(),
          created_time: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["data"] },
  );
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 600 }), named, (httpStatus, payload) => {
      const outcome = read(httpStatus, payload);
      if (outcome.kind !== "finished" && outcome.kind !== "failed") return;
      expect(httpStatus >= 200 && httpStatus <= 299).toBe(true);
      expect([undefined, 0, 200, 201]).toContain(payload.code);
      expect([undefined, null, ID]).toContain(payload.data.task_id);
      expect(payload.data.status).toBe(outcome.kind);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(fc.integer(), fc.oneof(fc.string(), fc.json()), (httpStatus, body) => {
      expect(typeof read(httpStatus, body).kind).toBe("string");
    }),
  );
});
