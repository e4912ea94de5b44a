import { mediaUrls, oneOf, text } from "./field-rule.ts";
import { has, resolutionOf, secondsOf, wrongCount } from "./media-fields.ts";
import type { ModelInput, ModelSpec, RenderTime } from "./model.ts";

/** Credits per second of the pro variant, by resolution [doc]. */
const PRO_CREDITS: Readonly<Record<string, number>> = { "720p": 48, "1024p": 80, "1080p": 112 };
const PRO_RESOLUTION = "1024p";
const DEFAULT_SECONDS = 4;

const COMMON = {
  prompt: { rule: text, isRequired: true },
  duration: { rule: oneOf(4, 8, 12, 16, 20) },
  image_urls: { rule: mediaUrls },
} as const;

const renderTime = (input: ModelInput): RenderTime => ({
  fixedMs: 20_000,
  medianMs: 10_000 * secondsOf(input, DEFAULT_SECONDS),
  sigma: 0.4,
});

/**
 * Sora 2 Official and Pro [doc]. Their maker has shut them [seen]; here they work, for whoever brings
 * them back by an overlay of the catalog.
 */
export const SORA_2: readonly ModelSpec[] = [
  {
    id: "sora-2-official",
    fields: { ...COMMON, aspect_ratio: { rule: oneOf("16:9", "9:16") } },
    findConflict: (input) => wrongCount(input, "image_urls", 1, 1),
    priceCredits: (input) => 12 * secondsOf(input, DEFAULT_SECONDS),
    renderTime,
  },
  {
    id: "sora-2-pro-official",
    fields: {
      ...COMMON,
      aspect_ratio: { rule: oneOf("16:9", "9:16", "auto") },
      resolution: { rule: oneOf(...Object.keys(PRO_CREDITS)) },
    },
    findConflict: (input) => {
      const isAuto = input["aspect_ratio"] === "auto";
      if (isAuto && !has(input, "image_urls")) return "aspect_ratio auto requires image_urls";
      return wrongCount(input, "image_urls", 1, 1);
    },
    priceCredits: (input) => {
      const resolution = resolutionOf(input, PRO_RESOLUTION);
      return (PRO_CREDITS[resolution] ?? 0) * secondsOf(input, DEFAULT_SECONDS);
    },
    renderTime,
  },
];
