import { findModel, type Mode } from "../catalog/index.ts";
import { hasAny } from "./input-fields.ts";
import type { UncheckedRequest } from "./request.ts";

const REFERENCES = ["reference_image_urls", "reference_video_urls", "reference_audio_urls"];

/**
 * The mode of a validated request, for display. Veo 3.1 names it; with the others it follows from the
 * fields that are there.
 *
 * @param request - a {@link GenerationRequest} fits; of a model that the catalog does not know,
 * whatever names no mode counts as text
 */
export function requestMode({ model, input }: UncheckedRequest): Mode {
  const named = input["generate_type"];
  if (named === "frame" || named === "reference") return named;
  const modes = findModel(model)?.modes ?? {};
  const has = (mode: Mode, fields: readonly string[]): boolean =>
    modes[mode] !== undefined && hasAny(input, fields);
  if (has("video-edit", ["video_url"])) return "video-edit";
  if (has("reference", REFERENCES)) return "reference";
  if (has("image", ["image_urls"])) return "image";
  return has("frame", ["image_urls"]) ? "frame" : "text";
}
