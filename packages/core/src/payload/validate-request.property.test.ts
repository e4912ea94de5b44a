import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { validateEnqueue, validateRequest } from "./index.ts";
import type { FieldError } from "./index.ts";

const CANARY = "canary-3f9c-a-prompt-that-nobody-may-see";
const CANARY_URL = `https://media.test/${CANARY}`;

const model = fc.constantFrom("veo3.1-lite", "veo3.1-fast", "veo3.1-quality", "veo9");
const imageUrl = fc.oneof(fc.webUrl(), fc.constant(CANARY_URL), fc.constant(CANARY));
const input = fc.record(
  {
    prompt: fc.oneof(fc.string(), fc.constant(CANARY)),
    duration: fc.constantFrom(8, 5, "8"),
    aspect_ratio: fc.constantFrom("16:9", "9:16", "1:1"),
    resolution: fc.constantFrom("720p", "1080p", "4k", 1080),
    generate_type: fc.constantFrom("frame", "reference", "text"),
    image_urls: fc.array(imageUrl, { maxLength: 5 }),
  },
  { requiredKeys: [] },
);
const nearlyValid = fc.record({ model, input });

/** A request with one place of it replaced, added or emptied by any JSON. */
const mutated = fc
  .tuple(nearlyValid, fc.jsonValue(), fc.string(), fc.nat({ max: 3 }))
  .map(([request, junk, key, where]): unknown => {
    const parsed = { model: request.model, input: { ...request.input } as object };
    if (where === 0) return { ...parsed, [key]: junk };
    if (where === 1) return { ...parsed, input: { ...parsed.input, [key]: junk } };
    if (where === 2) return { ...parsed, input: { ...parsed.input, image_urls: [junk, CANARY] } };
    return { ...parsed, input: junk };
  });

const anything = fc
  .oneof(fc.jsonValue(), nearlyValid, mutated)
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Whether the pointer leads to a value of `root`, or, of a missing field, to its parent. */
function leadsSomewhere(root: unknown, { pointer, code }: FieldError): boolean {
  const segments = segmentsOf(pointer);
  let at = root;
  for (const [index, segment] of segments.entries()) {
    if (typeof at !== "object" || at === null) return false;
    const isPresent = Object.hasOwn(at, segment);
    if (!isPresent) return code === "required" && index === segments.length - 1;
    at = Reflect.get(at, segment);
  }
  return code !== "required";
}

describe.each([
  ["a request", (value: unknown) => validateRequest(value)],
  [
    "a request of any model",
    (value: unknown) => validateRequest(value, { allowUnknownModels: true }),
  ],
  ["a body", (value: unknown) => validateEnqueue(value)],
])("whatever JSON comes as %s", (_, validate) => {
  test("nothing is thrown, nothing is changed, and a refusal has at least one error", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const before = structuredClone(value);
        const result = validate(value);
        expect(value).toEqual(before);
        if (!result.ok) expect(result.errors).not.toHaveLength(0);
      }),
      { numRuns: 500 },
    );
  });

  test("every pointer is that of one present value, or of the place of a missing one", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const result = validate(value);
        if (result.ok) return;
        const pointers = result.errors.map(({ pointer }) => pointer);
        expect(new Set(pointers).size).toBe(pointers.length);
        for (const error of result.errors)
          if (!leadsSomewhere(value, error)) expect.fail(JSON.stringify(error));
      }),
      { numRuns: 500 },
    );
  });

  test("an accepted one keeps its model and the very input", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const result = validate(value);
        if (!result.ok) return;
        const given = value as { model: string; input: object };
        expect(result.request.model).toBe(given.model);
        expect(result.request.input).toBe(given.input);
      }),
      { numRuns: 500 },
    );
  });
});

test("no prompt and no URL ever appears in an error", () => {
  const hidden = fc.constantFrom<unknown>(CANARY, CANARY_URL, [CANARY], { prompt: CANARY });
  const keys = ["prompt", "duration", "aspect_ratio", "resolution", "generate_type", "image_urls"];
  const body = fc.record(
    {
      model: fc.oneof(model, hidden),
      input: fc.oneof(hidden, fc.dictionary(fc.constantFrom(...keys, "extra"), hidden)),
      user_id: hidden,
      metadata: hidden,
      notify_url: fc.oneof(hidden, fc.constant(`ftp://media.test/${CANARY}`)),
      priority: hidden,
      lane: hidden,
      deadline_ms: hidden,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(body, (value) => {
      for (const result of [validateRequest(value), validateEnqueue(value)])
        expect(JSON.stringify(result.ok || result.errors)).not.toContain("canary");
    }),
    { numRuns: 500 },
  );
});
