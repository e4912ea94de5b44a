import { boolean, mediaUrls, oneOf, text, webUrl, wholeNumber } from "./field-rule.ts";
import { has, refuseAny, resolutionOf, secondsOf, wrongCount } from "./media-fields.ts";
import type { ModelInput, ModelSpec } from "./model.ts";

/** Credits per second by resolution: a new video, and a changed one [doc]. */
const GENERATION: Readonly<Record<string, number>> = { "720p": 16, "1080p": 32 };
const EDIT: Readonly<Record<string, number>> = { "720p": 32, "1080p": 64 };
/** Neither default is documented [?]. */
const DEFAULT_RESOLUTION = "720p";
const DEFAULT_SECONDS = 5;
/** Of a source of 3 to 60 s at most this is billed [doc]; nobody looks at the source here. */
const BILLED_SECONDS = 15;

/** Happy Horse: text, image, reference or video-edit, as the fields say [doc]. */
export const HAPPY_HORSE: ModelSpec = {
  id: "happy-horse",
  fields: {
    prompt: { rule: text },
    duration: { rule: wholeNumber(3, 15) },
    resolution: { rule: oneOf("720p", "1080p") },
    aspect_ratio: { rule: oneOf("16:9", "9:16", "1:1", "4:3", "3:4") },
    image_urls: { rule: mediaUrls },
    reference_image_urls: { rule: mediaUrls },
    video_url: { rule: webUrl },
    audio_setting: { rule: oneOf("auto", "origin") },
    seed: { rule: wholeNumber(0, 2_147_483_647) },
    enable_safety_checker: { rule: boolean },
  },
  findConflict: (input) => {
    if (has(input, "video_url")) return findEditConflict(input);
    const wrong = refuseAny(input, ["audio_setting"], "without video_url");
    if (wrong !== undefined) return wrong;
    if (has(input, "reference_image_urls")) {
      return (
        missingPrompt(input) ??
        refuseAny(input, ["image_urls"], "with reference_image_urls") ??
        wrongCount(input, "reference_image_urls", 1, 9)
      );
    }
    if (has(input, "image_urls")) {
      return (
        refuseAny(input, ["aspect_ratio"], "with image_urls") ??
        wrongCount(input, "image_urls", 1, 1)
      );
    }
    return missingPrompt(input);
  },
  priceCredits: (input) => {
    const resolution = resolutionOf(input, DEFAULT_RESOLUTION);
    if (has(input, "video_url")) return (EDIT[resolution] ?? 0) * BILLED_SECONDS;
    return (GENERATION[resolution] ?? 0) * secondsOf(input, DEFAULT_SECONDS);
  },
  renderTime: (input) => ({
    fixedMs: 10_000,
    medianMs: 7_000 * secondsOf(input, DEFAULT_SECONDS),
    sigma: 0.4,
  }),
};

function findEditConflict(input: ModelInput): string | undefined {
  return (
    missingPrompt(input) ??
    refuseAny(input, ["image_urls", "duration", "aspect_ratio"], "with video_url") ??
    wrongCount(input, "reference_image_urls", 1, 5)
  );
}

function missingPrompt(input: ModelInput): string | undefined {
  return has(input, "prompt") ? undefined : "input.prompt is required";
}
