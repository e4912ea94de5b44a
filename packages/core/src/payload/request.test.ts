import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

import type { ModelId } from "../catalog/index.ts";
import { enqueueBodySchema, generationRequestSchema, requestMode } from "./index.ts";
import type { GenerationRequest, UncheckedRequest, Veo31LiteRequest } from "./index.ts";

const prompt = "a";
const image_urls = ["https://media.test/1.png"];

/** Each line is compiled with the tests; an error that is expected and missing fails the build. */
const DO_NOT_COMPILE: readonly GenerationRequest[] = [
  // @ts-expect-error lite has no frame mode
  { model: "veo3.1-lite", input: { prompt, generate_type: "frame", image_urls } },
  // @ts-expect-error lite has no reference mode
  { model: "veo3.1-lite", input: { prompt, generate_type: "reference", image_urls } },
  // @ts-expect-error lite takes no images
  { model: "veo3.1-lite", input: { prompt, image_urls } },
  // @ts-expect-error lite takes no mode
  { model: "veo3.1-lite", input: { prompt, generate_type: "frame" } },
  // @ts-expect-error quality has no reference mode
  { model: "veo3.1-quality", input: { prompt, generate_type: "reference", image_urls } },
  // @ts-expect-error images need a mode
  { model: "veo3.1-quality", input: { prompt, image_urls } },
  // @ts-expect-error a mode needs images
  { model: "veo3.1-quality", input: { prompt, generate_type: "frame" } },
  // @ts-expect-error images need a mode
  { model: "veo3.1-fast", input: { prompt, image_urls } },
  // @ts-expect-error a mode needs images
  { model: "veo3.1-fast", input: { prompt, generate_type: "frame" } },
  // @ts-expect-error a mode needs images
  { model: "veo3.1-fast", input: { prompt, generate_type: "reference" } },
  // @ts-expect-error text is the absence of a mode
  { model: "veo3.1-fast", input: { prompt, generate_type: "text" } },
  // @ts-expect-error the prompt is required
  { model: "veo3.1-fast", input: {} },
  // @ts-expect-error eight seconds are all there is
  { model: "veo3.1-fast", input: { prompt, duration: 5 } },
  // @ts-expect-error a resolution is a string
  { model: "veo3.1-fast", input: { prompt, resolution: 1080 } },
  // @ts-expect-error no such shape
  { model: "veo3.1-fast", input: { prompt, aspect_ratio: "1:1" } },
  // @ts-expect-error no such field
  { model: "veo3.1-fast", input: { prompt, seed: 1 } },
  // @ts-expect-error no such model
  { model: "veo3.1", input: { prompt } },
  // @ts-expect-error the input is required
  { model: "veo3.1-fast" },
];

const COMPILE: readonly GenerationRequest[] = [
  { model: "veo3.1-lite", input: { prompt, duration: 8, aspect_ratio: "9:16", resolution: "4k" } },
  { model: "veo3.1-fast", input: { prompt } },
  { model: "veo3.1-fast", input: { prompt, generate_type: "frame", image_urls } },
  { model: "veo3.1-fast", input: { prompt, generate_type: "reference", image_urls } },
  { model: "veo3.1-quality", input: { prompt } },
  { model: "veo3.1-quality", input: { prompt, generate_type: "frame", image_urls } },
];

describe("the type of a request", () => {
  test("what does not compile is refused at run time as well", () => {
    for (const request of DO_NOT_COMPILE)
      expect(generationRequestSchema.safeParse(request).success).toBe(false);
  });

  test("what compiles passes", () => {
    for (const request of COMPILE)
      expect(generationRequestSchema.safeParse(request).success).toBe(true);
  });

  test("covers exactly the models of the catalog", () => {
    expectTypeOf<GenerationRequest["model"]>().toEqualTypeOf<ModelId>();
  });

  test("fits wherever only its shape matters, and is readonly", () => {
    expectTypeOf<GenerationRequest>().toExtend<UncheckedRequest>();
    const request: Veo31LiteRequest = { model: "veo3.1-lite", input: { prompt } };
    // @ts-expect-error requests are sent as given
    const change = () => (request.input.prompt = "b");
    expect(change).toBeTypeOf("function");
  });
});

describe("the schemas as documents", () => {
  test.each([
    ["request", generationRequestSchema],
    ["body", enqueueBodySchema],
  ])("the %s becomes named components", (_, schema) => {
    // A field that must be absent has no words in JSON Schema; the generator has to be told.
    const document = z.toJSONSchema(schema, { unrepresentable: "any" });
    expect(Object.keys(document.$defs ?? {})).toEqual(
      expect.arrayContaining(["Veo31LiteInput", "Veo31FastInput", "Veo31ReferenceInput"]),
    );
  });
});

test("the mode of a request follows from its generate_type", () => {
  expect(COMPILE.map(requestMode)).toEqual(["text", "text", "frame", "reference", "text", "frame"]);
  expect(requestMode({ model: "another", input: { generate_type: 7 } })).toBe("text");
});
