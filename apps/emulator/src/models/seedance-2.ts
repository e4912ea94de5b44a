import { boolean, mediaUrls, oneOf, text, wholeNumber } from "./field-rule.ts";
import { has, refuseAny, resolutionOf, secondsOf, wrongCount } from "./media-fields.ts";
import type { ModelInput, ModelSpec } from "./model.ts";

interface Variant {
  readonly id: string;
  /** Credits per second by resolution, with and without video input [doc]. */
  readonly withVideo: Readonly<Record<string, number>>;
  readonly without: Readonly<Record<string, number>>;
}

const VARIANTS: readonly Variant[] = [
  {
    id: "seedance-2",
    withVideo: { "480p": 10, "720p": 20, "1080p": 45 },
    without: { "480p": 20, "720p": 40, "1080p": 90 },
  },
  {
    id: "seedance-2-fast",
    withVideo: { "480p": 8, "720p": 16 },
    without: { "480p": 14, "720p": 28 },
  },
];

const REFERENCES = ["reference_image_urls", "reference_video_urls", "reference_audio_urls"];

/** Seedance 2 and its fast variant [doc]; the render times are ours [?]. */
export const SEEDANCE_2: readonly ModelSpec[] = VARIANTS.map(({ id, withVideo, without }) => ({
  id,
  fields: {
    prompt: { rule: text, isRequired: true },
    duration: { rule: wholeNumber(4, 15), isRequired: true },
    resolution: { rule: oneOf(...Object.keys(without)), isRequired: true },
    aspect_ratio: { rule: oneOf("21:9", "16:9", "4:3", "1:1", "3:4", "9:16") },
    generate_audio: { rule: boolean },
    image_urls: { rule: mediaUrls },
    reference_image_urls: { rule: mediaUrls },
    reference_video_urls: { rule: mediaUrls },
    reference_audio_urls: { rule: mediaUrls },
  },
  findConflict,
  priceCredits: (input) => {
    const perSecond = has(input, "reference_video_urls") ? withVideo : without;
    return (perSecond[resolutionOf(input, "")] ?? 0) * secondsOf(input, 0);
  },
  renderTime: (input) => ({
    fixedMs: 15_000,
    medianMs: 8_000 * secondsOf(input, 5),
    sigma: 0.4,
  }),
}));

function findConflict(input: ModelInput): string | undefined {
  if (has(input, "image_urls")) {
    return wrongCount(input, "image_urls", 1, 2) ?? refuseAny(input, REFERENCES, "with image_urls");
  }
  const wrong = REFERENCES.map((name) => wrongCount(input, name, 1, Infinity));
  return wrong.find((message) => message !== undefined);
}
