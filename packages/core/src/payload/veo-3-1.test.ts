import { describe, expect, test } from "vitest";

import { generationRequestSchema, validateEnqueue, validateRequest } from "./index.ts";

/** The contract's table, independent of the catalog: images by model and mode. */
const IMAGES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  "veo3.1-lite": {},
  "veo3.1-fast": { frame: [1, 2], reference: [1, 2, 3] },
  "veo3.1-quality": { frame: [1, 2] },
};
const MODES = [undefined, "frame", "reference", "text", "video", "", null, 1];
const IMAGE_COUNTS = [undefined, 0, 1, 2, 3, 4, 5];
const RESOLUTIONS = [undefined, "720p", "1080p", "4k", "480p", 1080];
const ASPECT_RATIOS = [undefined, "16:9", "9:16", "1:1"];
const DURATIONS = [undefined, 8, 5];

interface Case {
  readonly model: string;
  readonly mode: unknown;
  readonly imageCount: number | undefined;
  readonly resolution: unknown;
  readonly aspectRatio: unknown;
  readonly duration: unknown;
}

function* everyCase(): Generator<Case> {
  for (const model of Object.keys(IMAGES))
    for (const mode of MODES)
      for (const imageCount of IMAGE_COUNTS)
        for (const resolution of RESOLUTIONS)
          for (const aspectRatio of ASPECT_RATIOS)
            for (const duration of DURATIONS)
              yield { model, mode, imageCount, resolution, aspectRatio, duration };
}

function requestOf({ model, mode, imageCount, resolution, aspectRatio, duration }: Case) {
  const images =
    imageCount === undefined
      ? undefined
      : Array.from({ length: imageCount }, (_, index) => `https://media.test/${index}.png`);
  const input = {
    prompt: "a",
    generate_type: mode,
    image_urls: images,
    resolution,
    aspect_ratio: aspectRatio,
    duration,
  };
  return { model, input: JSON.parse(JSON.stringify(input)) as Record<string, unknown> };
}

/** Whether the contract allows the mode with that many images on that model. */
function allowsImages({ model, mode, imageCount }: Case): boolean {
  if (mode === undefined) return imageCount === undefined;
  const counts = Object.entries(IMAGES[model] ?? {}).find(([name]) => name === mode)?.[1];
  return imageCount !== undefined && counts !== undefined && counts.includes(imageCount);
}

function oneOf(value: unknown, allowed: readonly unknown[]): boolean {
  return value === undefined || allowed.includes(value);
}

/** The scalar fields that the contract refuses, whatever the mode. */
function wrongScalars({ resolution, aspectRatio, duration }: Case): readonly string[] {
  return [
    ...(oneOf(duration, [8]) ? [] : ["/input/duration"]),
    ...(oneOf(aspectRatio, ["16:9", "9:16"]) ? [] : ["/input/aspect_ratio"]),
    ...(oneOf(resolution, ["720p", "1080p", "4k"]) ? [] : ["/input/resolution"]),
  ];
}

const IMAGE_FIELDS = ["/input/generate_type", "/input/image_urls"];

describe("every model × mode × number of images × resolution × aspect ratio × duration", () => {
  test("is accepted or refused as the contract says, naming exactly the wrong fields", () => {
    let acceptedCount = 0;
    let refusedCount = 0;
    for (const one of everyCase()) {
      const request = requestOf(one);
      const result = validateRequest(request);
      const allowed = allowsImages(one);
      const scalars = wrongScalars(one);
      const pointers = result.ok ? [] : result.errors.map(({ pointer }) => pointer);
      const label = JSON.stringify(request);
      if (result.ok !== (allowed && scalars.length === 0)) expect.fail(label);
      if (pointers.some((pointer) => IMAGE_FIELDS.includes(pointer)) === allowed)
        expect.fail(label);
      const others = pointers.filter((pointer) => !IMAGE_FIELDS.includes(pointer));
      if (others.toSorted().join() !== scalars.toSorted().join()) expect.fail(label);
      if (result.ok) acceptedCount += 1;
      else refusedCount += 1;
    }
    // 7 allowed counts of images, 3 times text; 4 resolutions, 3 ratios, 2 durations, absence included.
    expect(acceptedCount).toBe((7 + 3) * 4 * 3 * 2);
    expect(refusedCount).toBe(3 * 8 * 7 * 6 * 4 * 3 - acceptedCount);
  });

  test("gets the same answer from the published schema and as a body of the gateway", () => {
    for (const one of everyCase()) {
      const request = requestOf(one);
      const { ok } = validateRequest(request);
      if (generationRequestSchema.safeParse(request).success !== ok)
        expect.fail(JSON.stringify(request));
      if (validateEnqueue(request).ok !== ok) expect.fail(JSON.stringify(request));
    }
  });
});
