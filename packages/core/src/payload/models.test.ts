import { describe, expect, expectTypeOf, test } from "vitest";

import { CATALOG, createCatalog } from "../catalog/index.ts";
import { requestMode, validateEnqueue, validateRequest } from "./index.ts";
import type { GenerationRequest } from "./index.ts";

const prompt = "a";
const url = "https://media.test/1";
const urls = (count: number): string[] => Array.from({ length: count }, (_, n) => `${url}${n}`);

const SHORT = { prompt, duration: 5, resolution: "720p" } as const;

/** As if nothing were retired. */
const REVIVED = createCatalog(
  [...CATALOG.values()].map((entry) => ({ ...entry, status: "active" as const })),
);

function refusals(model: string, input: object): string[] {
  const result = validateRequest({ model, input }, { catalog: REVIVED });
  return result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted();
}

/** Each line is compiled with the tests; an error that is expected and missing fails the build. */
const DO_NOT_COMPILE: readonly GenerationRequest[] = [
  // @ts-expect-error the length is required
  { model: "seedance-2", input: { prompt, resolution: "720p" } },
  // @ts-expect-error the resolution is required
  { model: "seedance-2", input: { prompt, duration: 5 } },
  // @ts-expect-error fast has no 1080p
  { model: "seedance-2-fast", input: { prompt, duration: 5, resolution: "1080p" } },
  // @ts-expect-error frames or references, never both
  { model: "seedance-2", input: { ...SHORT, image_urls: [url], reference_image_urls: [url] } },
  // @ts-expect-error standard has no resolution
  { model: "sora-2-official", input: { prompt, resolution: "720p" } },
  // @ts-expect-error no such length
  { model: "sora-2-official", input: { prompt, duration: 5 } },
  // @ts-expect-error auto needs an image
  { model: "sora-2-pro-official", input: { prompt, aspect_ratio: "auto" } },
  // @ts-expect-error an image has a shape of its own
  { model: "happy-horse", input: { image_urls: [url], aspect_ratio: "16:9" } },
  // @ts-expect-error a source has a length of its own
  { model: "happy-horse", input: { prompt, video_url: url, duration: 5 } },
  // @ts-expect-error the sound of a source is for a source
  { model: "happy-horse", input: { prompt, audio_setting: "auto" } },
  // @ts-expect-error the prompt is required
  { model: "happy-horse", input: {} },
];

const COMPILE: readonly (readonly [GenerationRequest, string])[] = [
  [{ model: "seedance-2", input: { prompt, duration: 5, resolution: "1080p" } }, "text"],
  [
    { model: "seedance-2", input: { prompt, duration: 5, resolution: "480p", image_urls: [url] } },
    "frame",
  ],
  [
    {
      model: "seedance-2-fast",
      input: { prompt, duration: 15, resolution: "720p", reference_audio_urls: [url] },
    },
    "reference",
  ],
  [{ model: "sora-2-official", input: { prompt, duration: 20 } }, "text"],
  [
    {
      model: "sora-2-pro-official",
      input: { prompt, aspect_ratio: "auto", resolution: "1024p", image_urls: [url] },
    },
    "image",
  ],
  [{ model: "happy-horse", input: { image_urls: [url], seed: 7 } }, "image"],
  [{ model: "happy-horse", input: { prompt, reference_image_urls: [url] } }, "reference"],
  [
    { model: "happy-horse", input: { prompt, video_url: url, audio_setting: "origin" } },
    "video-edit",
  ],
];

test("requests that compile are accepted, and have their mode", () => {
  for (const [request, mode] of COMPILE) {
    expect(refusals(request.model, request.input)).toEqual([]);
    expect(requestMode(request)).toBe(mode);
  }
  expect(DO_NOT_COMPILE.map(({ model, input }) => refusals(model, input).length > 0)).not.toContain(
    false,
  );
  expectTypeOf(COMPILE[0]?.[0]).toExtend<GenerationRequest | undefined>();
});

test("what names no mode counts as text", () => {
  expect(requestMode({ model: "veo9", input: { image_urls: [url], video_url: url } })).toBe("text");
});

describe("Seedance 2", () => {
  const valid = { prompt, duration: 4, resolution: "720p" };

  test("wants a length and a resolution", () => {
    expect(refusals("seedance-2", { prompt })).toEqual([
      "/input/duration required",
      "/input/resolution required",
    ]);
  });

  test.each([
    [{ duration: 3 }, "/input/duration out_of_range"],
    [{ duration: 16 }, "/input/duration out_of_range"],
    [{ duration: 4.5 }, "/input/duration invalid_type"],
    [{ duration: "5" }, "/input/duration invalid_type"],
    [{ resolution: "4k" }, "/input/resolution invalid_value"],
    [{ aspect_ratio: "2:3" }, "/input/aspect_ratio invalid_value"],
    [{ generate_audio: "yes" }, "/input/generate_audio invalid_type"],
    [{ image_urls: [] }, "/input/image_urls too_few"],
    [{ image_urls: urls(3) }, "/input/image_urls too_many"],
    [{ reference_video_urls: [] }, "/input/reference_video_urls too_few"],
    [{ reference_image_urls: ["x"] }, "/input/reference_image_urls/0 invalid_url"],
    [{ generate_type: "frame" }, "/input/generate_type unknown_field"],
    [
      { image_urls: urls(1), reference_audio_urls: urls(1) },
      "/input/reference_audio_urls not_supported",
    ],
  ])("refuses %o", (fields, expected) => {
    expect(refusals("seedance-2", { ...valid, ...fields })).toEqual([expected]);
  });

  test("has 1080p in the standard variant alone", () => {
    const at1080p = { ...valid, resolution: "1080p" };
    expect(refusals("seedance-2", at1080p)).toEqual([]);
    expect(refusals("seedance-2-fast", at1080p)).toEqual(["/input/resolution invalid_value"]);
  });

  test("takes every length, shape and mixture of references", () => {
    for (let duration = 4; duration <= 15; duration += 1) {
      for (const aspect_ratio of ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"]) {
        const input = { ...valid, duration, aspect_ratio, generate_audio: true };
        const references = { reference_image_urls: urls(9), reference_video_urls: urls(2) };
        expect(refusals("seedance-2-fast", input)).toEqual([]);
        expect(refusals("seedance-2-fast", { ...input, image_urls: urls(2) })).toEqual([]);
        expect(refusals("seedance-2-fast", { ...input, ...references })).toEqual([]);
      }
    }
  });
});

describe("Sora 2", () => {
  test("is retired: refused with the reason, whatever else is right or wrong", () => {
    for (const model of ["sora-2-official", "sora-2-pro-official"]) {
      const result = validateEnqueue({ model, input: { prompt } });
      const [error] = result.ok ? [] : result.errors;
      expect(error).toMatchObject({ pointer: "/model", code: "model_retired" });
      expect(error?.message).toMatch(/retired: OpenAI .* 2026-09-24/);
    }
  });

  test.each([
    ["sora-2-official", { duration: 5 }, "/input/duration invalid_value"],
    ["sora-2-official", { resolution: "720p" }, "/input/resolution not_supported"],
    ["sora-2-official", { aspect_ratio: "auto" }, "/input/aspect_ratio invalid_value"],
    ["sora-2-official", { image_urls: urls(2) }, "/input/image_urls too_many"],
    ["sora-2-pro-official", { resolution: "4k" }, "/input/resolution invalid_value"],
    ["sora-2-pro-official", { aspect_ratio: "auto" }, "/input/aspect_ratio invalid_value"],
    ["sora-2-pro-official", { video_url: url }, "/input/video_url unknown_field"],
  ])("%s refuses %o", (model, fields, expected) => {
    expect(refusals(model, { prompt, ...fields })).toEqual([expected]);
  });

  test("takes each of its lengths", () => {
    for (const duration of [4, 8, 12, 16, 20]) {
      expect(refusals("sora-2-official", { prompt, duration })).toEqual([]);
      const image = { prompt, duration, image_urls: urls(1), aspect_ratio: "auto" };
      expect(refusals("sora-2-pro-official", image)).toEqual([]);
    }
  });
});

describe("Happy Horse", () => {
  test.each([
    [{}, ["/input/prompt required"]],
    [{ prompt, duration: 2 }, ["/input/duration out_of_range"]],
    [{ prompt, duration: 16 }, ["/input/duration out_of_range"]],
    [{ prompt, resolution: "4k" }, ["/input/resolution invalid_value"]],
    [{ prompt, seed: -1 }, ["/input/seed out_of_range"]],
    [{ prompt, seed: 2_147_483_648 }, ["/input/seed out_of_range"]],
    [{ prompt, enable_safety_checker: 1 }, ["/input/enable_safety_checker invalid_type"]],
    [{ prompt, audio_setting: "auto" }, ["/input/audio_setting not_supported"]],
    [{ image_urls: urls(2) }, ["/input/image_urls too_many"]],
    [{ image_urls: urls(1), aspect_ratio: "1:1" }, ["/input/aspect_ratio not_supported"]],
    [{ prompt, reference_image_urls: urls(10) }, ["/input/reference_image_urls too_many"]],
    [
      { prompt, reference_image_urls: urls(1), image_urls: urls(1) },
      ["/input/image_urls not_supported"],
    ],
    [
      { prompt, video_url: url, image_urls: urls(1), duration: 5, aspect_ratio: "1:1" },
      [
        "/input/aspect_ratio not_supported",
        "/input/duration not_supported",
        "/input/image_urls not_supported",
      ],
    ],
    [
      { prompt, video_url: url, reference_image_urls: urls(6) },
      ["/input/reference_image_urls too_many"],
    ],
    [{ video_url: "x" }, ["/input/prompt required", "/input/video_url invalid_url"]],
    [{ prompt, video_url: url, audio_setting: "loud" }, ["/input/audio_setting invalid_value"]],
  ])("refuses %o", (input, expected) => {
    expect(refusals("happy-horse", input)).toEqual(expected);
  });

  test("takes each mode with all that it has", () => {
    const common = { resolution: "1080p", seed: 0, enable_safety_checker: false };
    for (const input of [
      { ...common, prompt, duration: 3, aspect_ratio: "3:4" },
      { ...common, duration: 15, image_urls: urls(1) },
      { ...common, prompt, reference_image_urls: urls(9), aspect_ratio: "1:1", duration: 8 },
      { ...common, prompt, video_url: url, reference_image_urls: urls(5), audio_setting: "auto" },
    ]) {
      expect(refusals("happy-horse", input)).toEqual([]);
    }
  });
});
