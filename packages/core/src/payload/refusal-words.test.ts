import { describe, expect, test } from "vitest";

import { createCatalog, VEO_3_1_FAST, VEO_3_1_LITE } from "../catalog/index.ts";
import { formatFieldErrors, validateRequest } from "./index.ts";
import type { ValidateOptions } from "./index.ts";

const urls = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://media.test/${index}.png`);

function words(model: unknown, input: unknown, options?: ValidateOptions): string {
  const result = validateRequest({ model, input }, options);
  return result.ok ? "" : formatFieldErrors(result.errors);
}

function modeCodes(model: string, generate_type: unknown): readonly string[] {
  const input = { prompt: "a", generate_type, image_urls: urls(1) };
  const result = validateRequest({ model, input });
  return result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`);
}

describe("the words of a refusal", () => {
  test.each([
    [
      "four references",
      "veo3.1-fast",
      { generate_type: "reference", image_urls: urls(4) },
      "/input/image_urls: reference takes 1 to 3 images, got 4",
    ],
    [
      "three frames",
      "veo3.1-quality",
      { generate_type: "frame", image_urls: urls(3) },
      "/input/image_urls: frame takes 1 to 2 images, got 3",
    ],
    [
      "no frames in the list",
      "veo3.1-fast",
      { generate_type: "frame", image_urls: [] },
      "/input/image_urls: frame takes 1 to 2 images, got 0",
    ],
    [
      "a mode without images",
      "veo3.1-fast",
      { generate_type: "reference" },
      "/input/image_urls: reference takes 1 to 3 images, got 0",
    ],
    [
      "images without a mode",
      "veo3.1-fast",
      { image_urls: urls(1) },
      "/input/image_urls: image_urls needs generate_type beside it",
    ],
    [
      "both on lite",
      "veo3.1-lite",
      { generate_type: "frame", image_urls: urls(1) },
      "/input/generate_type: veo3.1-lite is text only and takes no generate_type; " +
        "/input/image_urls: veo3.1-lite is text only and takes no image_urls",
    ],
    [
      "reference on quality",
      "veo3.1-quality",
      { generate_type: "reference", image_urls: urls(1) },
      "/input/generate_type: only veo3.1-fast has reference mode; veo3.1-quality has text and frame",
    ],
    [
      "text spelt out",
      "veo3.1-fast",
      { generate_type: "text" },
      "/input/generate_type: leave it out for text mode",
    ],
    [
      "a mode of nobody",
      "veo3.1-fast",
      { generate_type: "video", image_urls: urls(1) },
      '/input/generate_type: must be frame or reference, or left out for text mode; got "video"',
    ],
    [
      "a resolution as a number",
      "veo3.1-fast",
      { resolution: 1080 },
      "/input/resolution: must be one of the strings 720p, 1080p or 4k, got a number",
    ],
    [
      "a resolution of another model",
      "veo3.1-fast",
      { resolution: "480p" },
      '/input/resolution: must be 720p, 1080p or 4k, got "480p"',
    ],
    [
      "a duration as a string",
      "veo3.1-fast",
      { duration: "8" },
      "/input/duration: must be the number 8, got a string",
    ],
    [
      "a prompt that is a number",
      "veo3.1-fast",
      { prompt: 4711 },
      "/input/prompt: must be a string, got a number",
    ],
    [
      "a number that has no end",
      "seedance-2",
      { resolution: "480p", duration: Infinity },
      "/input/duration: must be a number, got Infinity",
    ],
    [
      "images that are no list",
      "veo3.1-fast",
      { generate_type: "frame", image_urls: urls(1)[0] },
      "/input/image_urls: must be an array, got a string",
    ],
    [
      "an unknown field",
      "veo3.1-lite",
      { seed: 1 },
      "/input/seed: unknown field; the fields here are prompt, duration, aspect_ratio and resolution",
    ],
    [
      "an unknown model",
      "veo3",
      {},
      '/model: must be veo3.1-lite, veo3.1-fast, veo3.1-quality, seedance-2, seedance-2-fast or happy-horse, got "veo3"',
    ],
  ])("%s", (_, model, input, expected) => {
    expect(words(model, { prompt: "a", ...input })).toBe(expected);
  });

  test("what is wrong with the whole is said of the request", () => {
    const result = validateRequest([]);
    expect(result.ok ? "" : formatFieldErrors(result.errors)).toBe(
      "request: must be an object with model and input, got an array",
    );
  });

  test("a field error code fits what is wrong with the mode", () => {
    expect(modeCodes("veo3.1-quality", "reference")).toEqual([
      "/input/generate_type not_supported",
    ]);
    expect(modeCodes("veo3.1-fast", "text")).toEqual(["/input/generate_type invalid_value"]);
    expect(modeCodes("veo3.1-fast", null)).toEqual(["/input/generate_type invalid_type"]);
  });

  test("a retired one names its reason and its successor", () => {
    const catalog = createCatalog([
      { ...VEO_3_1_LITE, status: "retired", reason: "switched off", successor: "veo3.1-fast" },
      VEO_3_1_FAST,
    ]);
    expect(words("veo3.1-lite", { prompt: "a" }, { catalog })).toBe(
      "/model: veo3.1-lite is retired: switched off; use veo3.1-fast",
    );
    expect(words("veo9", { prompt: "a" }, { catalog })).toBe(
      '/model: must be veo3.1-fast, got "veo9"',
    );
  });
});
