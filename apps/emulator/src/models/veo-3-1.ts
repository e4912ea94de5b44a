import { mediaUrls, oneOf, text } from "./field-rule.ts";
import { resolutionOf } from "./media-fields.ts";
import type { ModelInput, ModelSpec, RenderTime } from "./model.ts";

interface Variant {
  readonly id: string;
  readonly imageModes: readonly string[];
  readonly credits: Readonly<Record<string, number>>;
  readonly renderTime: RenderTime;
}

/** Prices are the catalog snapshot of 2026-06-14 [doc]; the render times are ours [?]. */
const VARIANTS: readonly Variant[] = [
  {
    id: "veo3.1-lite",
    imageModes: [],
    credits: { "720p": 20, "1080p": 20, "4k": 30 },
    renderTime: { fixedMs: 0, medianMs: 45_000, sigma: 0.35 },
  },
  {
    id: "veo3.1-fast",
    imageModes: ["frame", "reference"],
    credits: { "720p": 36, "1080p": 36, "4k": 60 },
    renderTime: { fixedMs: 20_000, medianMs: 55_000, sigma: 0.45 },
  },
  {
    id: "veo3.1-quality",
    imageModes: ["frame"],
    credits: { "720p": 200, "1080p": 200, "4k": 400 },
    renderTime: { fixedMs: 0, medianMs: 170_000, sigma: 0.3 },
  },
];

/** Images per mode, first and last frame or references; at least one each [doc]. */
const MAX_IMAGES: Readonly<Record<string, number>> = { frame: 2, reference: 3 };

const DEFAULT_RESOLUTION = "720p";

/** A 4k render takes this much longer than the same one at 720p [?]. */
const TIME_FACTOR_4K = 1.25;

/** Veo 3.1 lite, fast and quality, every rule of the published page [doc]. */
export const VEO_3_1: readonly ModelSpec[] = VARIANTS.map((variant) => ({
  id: variant.id,
  fields: {
    prompt: { rule: text, isRequired: true },
    duration: { rule: oneOf(8) },
    aspect_ratio: { rule: oneOf("16:9", "9:16") },
    resolution: { rule: oneOf("720p", "1080p", "4k") },
    generate_type: { rule: oneOf("frame", "reference") },
    image_urls: { rule: mediaUrls },
  },
  findConflict: (input) => findModeConflict(variant, input),
  priceCredits: (input) => variant.credits[resolutionOf(input, DEFAULT_RESOLUTION)] ?? 0,
  renderTime: (input) => renderTimeAt(variant.renderTime, resolutionOf(input, DEFAULT_RESOLUTION)),
}));

function findModeConflict(variant: Variant, input: ModelInput): string | undefined {
  const { generate_type: mode, image_urls: images } = input;
  if (variant.imageModes.length === 0) {
    if (images !== undefined) return `${variant.id} does not support image_urls`;
    if (mode !== undefined) return `${variant.id} does not support generate_type`;
    return undefined;
  }
  if (typeof mode !== "string") {
    return images === undefined ? undefined : "image_urls requires generate_type";
  }
  if (!Array.isArray(images)) return "generate_type requires image_urls";
  if (!variant.imageModes.includes(mode)) {
    return `${variant.id} does not support generate_type ${mode}`;
  }
  const maxCount = MAX_IMAGES[mode] ?? 0;
  return images.length >= 1 && images.length <= maxCount
    ? undefined
    : `generate_type ${mode} takes 1 to ${maxCount} image_urls`;
}

function renderTimeAt(renderTime: RenderTime, resolution: string): RenderTime {
  if (resolution !== "4k") return renderTime;
  return {
    fixedMs: renderTime.fixedMs * TIME_FACTOR_4K,
    medianMs: renderTime.medianMs * TIME_FACTOR_4K,
    sigma: renderTime.sigma,
  };
}
