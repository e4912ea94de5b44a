import { describe, expect, test } from "vitest";

import { METADATA_LIMITS, validateEnqueue, validateOptions } from "./index.ts";
import type { EnqueueOptions, Refused } from "./index.ts";

const request = { model: "veo3.1-lite", input: { prompt: "a" } };

const OPTIONS: Required<EnqueueOptions> = {
  userId: "user-1",
  metadata: { order: 7, tags: ["a", { b: null }] },
  notifyUrl: "https://hooks.test/done",
  priority: "low",
  lane: "team-a",
  deadlineMs: 60_000,
};
const WIRE = {
  user_id: OPTIONS.userId,
  metadata: OPTIONS.metadata,
  notify_url: OPTIONS.notifyUrl,
  priority: OPTIONS.priority,
  lane: OPTIONS.lane,
  deadline_ms: OPTIONS.deadlineMs,
};
const NAMES: Readonly<Record<string, string>> = {
  user_id: "userId",
  notify_url: "notifyUrl",
  deadline_ms: "deadlineMs",
};

function refusals(result: { readonly ok: true } | Refused): readonly string[] {
  return result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted();
}

/** Metadata whose serialised form has exactly `byteCount` bytes. */
function metadataOf(byteCount: number): Readonly<Record<string, string>> {
  return { a: "b".repeat(byteCount - '{"a":""}'.length) };
}

function nested(depth: number): Readonly<Record<string, unknown>> {
  return depth === 1 ? {} : { a: nested(depth - 1) };
}

describe("a body of the gateway", () => {
  test("without options gives none", () => {
    const result = validateEnqueue(request);
    expect(result).toEqual({ ok: true, request, options: {}, warnings: [] });
    expect(result.ok && result.request.input).toBe(request.input);
  });

  test("with all of them gives each under its own name, metadata as the very object", () => {
    const result = validateEnqueue({ ...WIRE, ...request });
    expect(result).toEqual({ ok: true, request, options: OPTIONS, warnings: [] });
    expect(result.ok && result.options.metadata).toBe(OPTIONS.metadata);
  });

  test("is refused for every wrong field of both parts at once", () => {
    const body = {
      model: "veo3.1-lite",
      input: { resolution: 1080, seed: 1 },
      user_id: "",
      metadata: [],
      notify_url: "ftp://hooks.test",
      priority: "urgent",
      lane: "Team A",
      deadline_ms: 999,
      callback_url: "https://hooks.test/done",
      userId: "user-1",
    };
    expect(refusals(validateEnqueue(body))).toEqual([
      "/callback_url unknown_field",
      "/deadline_ms out_of_range",
      "/input/prompt required",
      "/input/resolution invalid_type",
      "/input/seed unknown_field",
      "/lane invalid_value",
      "/metadata invalid_type",
      "/notify_url invalid_url",
      "/priority invalid_value",
      "/userId unknown_field",
      "/user_id invalid_value",
    ]);
  });

  test("takes nothing from __proto__", () => {
    const body = JSON.parse(
      '{"model":"veo3.1-lite","input":{"prompt":"a"},"__proto__":{"lane":"b"}}',
    );
    expect(refusals(validateEnqueue(body))).toEqual(["/__proto__ unknown_field"]);
  });

  test("lets an unknown model through where that is wanted, its options still checked", () => {
    const body = { model: "veo9", input: { seed: 1 }, lane: "b" };
    expect(refusals(validateEnqueue(body))).toContain("/model unknown_model");
    expect(validateEnqueue(body, { allowUnknownModels: true })).toMatchObject({
      ok: true,
      options: { lane: "b" },
      warnings: [{ code: "unchecked_model" }],
    });
    expect(refusals(validateEnqueue({ ...body, lane: "B" }, { allowUnknownModels: true }))).toEqual(
      ["/lane invalid_value"],
    );
  });
});

const WRONG: readonly (readonly [field: string, value: unknown, code: string, at: string])[] = [
  ["user_id", "", "invalid_value", ""],
  ["user_id", "a".repeat(129), "too_long", ""],
  ["user_id", 7, "invalid_type", ""],
  ["user_id", null, "invalid_type", ""],
  ["metadata", null, "invalid_type", ""],
  ["metadata", "a", "invalid_type", ""],
  ["metadata", metadataOf(METADATA_LIMITS.maxBytes + 1), "too_large", ""],
  ["metadata", { a: "\u20ac".repeat(1_400) }, "too_large", ""],
  ["metadata", nested(METADATA_LIMITS.maxDepth + 1), "too_deep", ""],
  ["metadata", Object.fromEntries(Array.from({ length: 51 }, (_, i) => [i, 1])), "too_many", ""],
  ["metadata", { a: { when: new Date(0) } }, "invalid_type", "/a/when"],
  ["metadata", { a: [undefined] }, "invalid_type", "/a/0"],
  ["metadata", JSON.parse('{"a":[{"__proto__":{}}]}'), "invalid_value", "/a/0/__proto__"],
  ["metadata", JSON.parse('{"__proto__":{}}'), "invalid_value", "/__proto__"],
  ["notify_url", "hooks.test", "invalid_url", ""],
  ["notify_url", `https://hooks.test/${"a".repeat(2_048)}`, "too_long", ""],
  ["notify_url", {}, "invalid_type", ""],
  ["priority", "HIGH", "invalid_value", ""],
  ["priority", 1, "invalid_type", ""],
  ["lane", "", "invalid_value", ""],
  ["lane", "a".repeat(25), "invalid_value", ""],
  ["lane", "a_b", "invalid_value", ""],
  ["lane", "a\n", "invalid_value", ""],
  ["deadline_ms", 999, "out_of_range", ""],
  ["deadline_ms", 604_800_001, "out_of_range", ""],
  ["deadline_ms", 1_000.5, "invalid_type", ""],
  ["deadline_ms", "60000", "invalid_type", ""],
];

const RIGHT: readonly (readonly [field: string, value: unknown])[] = [
  ["user_id", "a"],
  ["user_id", "\u00fc".repeat(128)],
  ["metadata", {}],
  ["metadata", metadataOf(METADATA_LIMITS.maxBytes)],
  ["metadata", nested(METADATA_LIMITS.maxDepth)],
  ["metadata", { a: undefined, b: { c: undefined } }],
  ["metadata", Object.fromEntries(Array.from({ length: 50 }, (_, i) => [i, 1]))],
  ["notify_url", "http://127.0.0.1:8080/hook"],
  ["priority", "high"],
  ["priority", "normal"],
  ["lane", "a".repeat(24)],
  ["deadline_ms", 1_000],
  ["deadline_ms", 604_800_000],
];

describe("one option", () => {
  test.each(WRONG)(
    "%s: %j is refused as %s, in a body and in TypeScript",
    (field, value, code, at) => {
      const name = NAMES[field] ?? field;
      expect(refusals(validateEnqueue({ ...request, [field]: value }))).toEqual([
        `/${field}${at} ${code}`,
      ]);
      expect(refusals(validateOptions({ [name]: value }))).toEqual([`/${name}${at} ${code}`]);
    },
  );

  test.each(RIGHT)("%s: %j is taken as given, in a body and in TypeScript", (field, value) => {
    const name = NAMES[field] ?? field;
    const options = { [name]: value };
    expect(validateEnqueue({ ...request, [field]: value })).toMatchObject({ ok: true, options });
    expect(validateOptions(options)).toEqual({ ok: true, options });
  });
});

describe("options of a TypeScript caller", () => {
  test("may be written out as undefined, and are then absent", () => {
    const result = validateOptions({ userId: undefined, lane: "b" });
    expect(result).toEqual({ ok: true, options: { lane: "b" } });
    expect(result.ok && Object.keys(result.options)).toEqual(["lane"]);
  });

  test("are refused under the names of a body, and as no object", () => {
    expect(refusals(validateOptions({ user_id: "a", deadlineMs: 1 }))).toEqual([
      "/deadlineMs out_of_range",
      "/user_id unknown_field",
    ]);
    expect(refusals(validateOptions(null))).toEqual([" invalid_type"]);
  });
});
