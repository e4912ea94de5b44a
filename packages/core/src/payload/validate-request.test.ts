import { describe, expect, test } from "vitest";

import { CATALOG, createCatalog, VEO_3_1_LITE } from "../catalog/index.ts";
import { MAX_FIELD_ERRORS, validateRequest } from "./index.ts";
import type { ValidateOptions } from "./index.ts";

const urls = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://media.test/${index}.png`);

/** Every error as `pointer code`, sorted; empty when the request is accepted. */
function refusals(value: unknown, options?: ValidateOptions): readonly string[] {
  const result = validateRequest(value, options);
  if (result.ok) return [];
  return result.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted();
}

function promptOf(length: number) {
  return validateRequest({ model: "veo3.1-lite", input: { prompt: "p".repeat(length) } });
}

describe("every wrong field is named at once", () => {
  const many = {
    prompt: "  \n",
    duration: 5,
    aspect_ratio: "1:1",
    resolution: 1080,
    seed: 1,
    image_urls: ["nowhere", 7, ...urls(2)],
  };
  const scalars = [
    "/input/aspect_ratio invalid_value",
    "/input/duration invalid_value",
    "/input/image_urls/0 invalid_url",
    "/input/image_urls/1 invalid_type",
    "/input/prompt invalid_value",
    "/input/resolution invalid_type",
    "/input/seed unknown_field",
    "/user unknown_field",
  ];

  test("behind a wrong mode", () => {
    const value = { model: "veo3.1-fast", input: { ...many, generate_type: "video" }, user: 1 };
    expect(refusals(value)).toEqual(
      ["/input/generate_type invalid_value", "/input/image_urls too_many", ...scalars].toSorted(),
    );
  });

  test("behind a wrong number of images", () => {
    const value = { model: "veo3.1-fast", input: { ...many, generate_type: "reference" }, user: 1 };
    expect(refusals(value)).toEqual(["/input/image_urls too_many", ...scalars].toSorted());
  });

  test.each([
    ["unknown", "veo9", "/model unknown_model"],
    ["missing", undefined, "/model required"],
    ["not a string", 3.1, "/model invalid_type"],
  ])("behind a model that is %s", (_, model, modelError) => {
    const value = { model, input: { ...many, generate_type: "reference" }, user: 1 };
    // Some model or other takes this length, this shape and a seed.
    const ofSome = /aspect_ratio|duration|seed/;
    const ofNone = scalars.filter((refusal) => !ofSome.test(refusal));
    expect(refusals(value)).toEqual(
      [modelError, "/input/image_urls too_many", ...ofNone].toSorted(),
    );
  });

  test("behind a model that is retired", () => {
    const catalog = createCatalog([{ ...VEO_3_1_LITE, status: "retired" }]);
    expect(refusals({ model: "veo3.1-lite", input: { prompt: 1 } }, { catalog })).toEqual([
      "/input/prompt invalid_type",
      "/model model_retired",
    ]);
  });

  test("but an unknown model is not blamed for what some known model takes", () => {
    const input = { prompt: "a", generate_type: "reference", image_urls: urls(3) };
    expect(refusals({ model: "veo9", input })).toEqual(["/model unknown_model"]);
  });

  test("and a hostile number of them is cut", () => {
    const input = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]));
    const result = validateRequest({ model: "veo9", input, ...input });
    expect(result.ok ? 0 : result.errors.length).toBe(MAX_FIELD_ERRORS);
  });

  test("and a hostile number of images is reported by number", () => {
    const input = { prompt: "a", generate_type: "frame", image_urls: Array(5_000).fill(0) };
    expect(refusals({ model: "veo3.1-fast", input })).toEqual(["/input/image_urls too_many"]);
  });
});

describe("a whole that is no request", () => {
  test.each([[null], [undefined], ["a"], [1], [true], [[]], [[{ model: "veo3.1-fast" }]]])(
    "%j is refused as a whole",
    (value) => expect(refusals(value)).toEqual([" invalid_type"]),
  );

  test("an empty object misses both fields", () => {
    expect(refusals({})).toEqual(["/input required", "/model required"]);
  });

  test.each([
    [null, "/input invalid_type"],
    [[], "/input invalid_type"],
    ["a", "/input invalid_type"],
    [undefined, "/input required"],
    [{}, "/input/prompt required"],
  ])("the input %j is refused", (input, expected) => {
    expect(refusals({ model: "veo3.1-fast", input })).toEqual([expected]);
  });
});

describe("keys that come from a parser", () => {
  test("__proto__ and constructor are unknown fields, wherever they stand", () => {
    const body = `{"model":"veo3.1-fast","__proto__":{"model":1},"constructor":1,
      "input":{"prompt":"a","__proto__":{"prompt":1},"constructor":{"a":1},"a/b~c":1}}`;
    expect(refusals(JSON.parse(body))).toEqual([
      "/__proto__ unknown_field",
      "/constructor unknown_field",
      "/input/__proto__ unknown_field",
      "/input/a~1b~0c unknown_field",
      "/input/constructor unknown_field",
    ]);
  });

  test("a model inside __proto__ is no model", () => {
    const body = '{"__proto__":{"model":"veo3.1-fast","input":{"prompt":"a"}}}';
    expect(refusals(JSON.parse(body))).toEqual([
      "/__proto__ unknown_field",
      "/input required",
      "/model required",
    ]);
  });

  test.each(["__proto__", "constructor", "hasOwnProperty"])("%s is an unknown model", (model) => {
    expect(refusals({ model, input: { prompt: "a" } })).toEqual(["/model unknown_model"]);
  });
});

describe("models that take no requests", () => {
  test("a paused one says so, also where unknown models are let through", () => {
    const catalog = createCatalog([{ ...VEO_3_1_LITE, status: "paused" }]);
    const request = { model: "veo3.1-lite", input: { prompt: "a" } };
    expect(refusals(request, { catalog, allowUnknownModels: true })).toEqual([
      "/model model_paused",
    ]);
  });
});

describe("unknown models let through", () => {
  const options = { allowUnknownModels: true };

  test("anything that JSON can hold is taken as it is, with a warning", () => {
    const request = { model: "veo9", input: { seed: [1, { a: null }] } };
    const result = validateRequest(request, options);
    expect(result).toMatchObject({ ok: true, warnings: [{ code: "unchecked_model" }] });
    expect(result.ok && result.request).toBe(request);
  });

  test("known models are still checked", () => {
    expect(refusals({ model: "veo3.1-lite", input: {} }, options)).toEqual([
      "/input/prompt required",
    ]);
  });

  const cycle: Record<string, unknown> = {};
  cycle["a"] = cycle;
  /** 2^30 nodes in thirty objects: no walk may visit them all. */
  let shared: unknown = {};
  for (let level = 0; level < 30; level += 1) shared = { a: shared, b: shared };
  const deep = JSON.parse(`${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`) as unknown;

  test.each([
    ["no model", { input: {} }, "/model required"],
    ["an empty model", { model: "", input: {} }, "/model invalid_value"],
    ["a long model", { model: "a".repeat(129), input: {} }, "/model too_long"],
    ["no input", { model: "a" }, "/input required"],
    ["a list as input", { model: "a", input: [] }, "/input invalid_type"],
    ["a bottomless input", { model: "a", input: deep }, "/input too_deep"],
    ["a circular input", { model: "a", input: cycle }, "/input too_deep"],
    ["an input that shares its parts", { model: "a", input: shared }, "/input too_large"],
    ["a huge input", { model: "a", input: { a: "b".repeat(262_144) } }, "/input too_large"],
    ["a Date", { model: "a", input: { a: [new Date(0)] } }, "/input/a/0 invalid_type"],
    ["a bigint", { model: "a", input: { a: 1n } }, "/input/a invalid_type"],
    ["not a number", { model: "a", input: { a: Number.NaN } }, "/input/a invalid_type"],
    ["another field", { model: "a", input: {}, callback_url: "" }, "/callback_url unknown_field"],
  ])("%s is refused", (_, value, expected) => {
    const errors = refusals(value, options);
    expect(errors).toContain(expected);
  });
});

describe("an accepted request", () => {
  test("comes back as the very object that was given, without warnings", () => {
    const request = Object.freeze({
      input: Object.freeze({ resolution: "4k", prompt: " a " }),
      model: "veo3.1-fast",
    });
    const result = validateRequest(request);
    expect(result).toEqual({ ok: true, request, warnings: [] });
    expect(result.ok && result.request).toBe(request);
  });

  test("warns of a long prompt and takes it", () => {
    expect(promptOf(1_000)).toMatchObject({ ok: true, warnings: [] });
    expect(promptOf(100_000)).toMatchObject({
      ok: true,
      warnings: [{ pointer: "/input/prompt", code: "long_prompt" }],
    });
  });

  test("is possible for every model that is active", () => {
    const required = { duration: 5, resolution: "720p" };
    for (const [model, { status, family }] of CATALOG) {
      const input = { prompt: "a", ...(family === "seedance-2" ? required : {}) };
      const expected = status === "active" ? [] : ["/model model_retired"];
      expect([model, ...refusals({ model, input })]).toEqual([model, ...expected]);
    }
  });
});
