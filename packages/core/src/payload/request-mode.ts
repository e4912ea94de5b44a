import type { Mode } from "../catalog/index.ts";
import type { UncheckedRequest } from "./request.ts";

/**
 * The mode of a validated request, for display.
 *
 * @param request - a {@link GenerationRequest} fits; of an unchecked one only `generate_type` is
 * looked at, and whatever is not an image mode there counts as text
 */
export function requestMode({ input }: UncheckedRequest): Mode {
  const mode = input["generate_type"];
  return mode === "frame" || mode === "reference" ? mode : "text";
}
