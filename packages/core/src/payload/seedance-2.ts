import { z } from "zod";

import { SEEDANCE_2_FAST, SEEDANCE_2_STANDARD } from "../catalog/index.ts";
import { absent, hasAny, prompt, unknownField, urls } from "./input-fields.ts";

const { durationsSeconds, aspectRatios, modes } = SEEDANCE_2_STANDARD;

const REFERENCES = ["reference_image_urls", "reference_video_urls", "reference_audio_urls"];
const FIELDS = [
  "prompt",
  "duration",
  "resolution",
  "aspect_ratio",
  "generate_audio",
  "image_urls",
  ...REFERENCES,
];

const notWithFrames = absent("is not taken beside image_urls: frames or references, never both");
const noReferences = {
  reference_image_urls: notWithFrames,
  reference_video_urls: notWithFrames,
  reference_audio_urls: notWithFrames,
};

/** The three modes of a variant; which one counts follows from the fields that are there [doc]. */
function modesOf<const Resolutions extends readonly [string, ...string[]]>(
  resolutions: Resolutions,
  name: string,
) {
  const common = {
    prompt,
    duration: z.int().min(durationsSeconds[0]).max(durationsSeconds[11]),
    resolution: z.enum(resolutions),
    aspect_ratio: z.enum(aspectRatios).optional(),
    generate_audio: z.boolean().optional(),
  };
  const noFrames = { image_urls: absent("is not taken beside references") };
  const text = z
    .strictObject({ ...common, ...noFrames, ...noReferences }, unknownField(FIELDS))
    .meta({ id: `${name}TextInput` });
  const frame = z
    .strictObject(
      { ...common, ...noReferences, image_urls: urls("images", 1, modes.frame.images.max) },
      unknownField(FIELDS),
    )
    .meta({ id: `${name}FrameInput` });
  const reference = z
    .strictObject(
      {
        ...common,
        ...noFrames,
        reference_image_urls: urls("images", 1).optional(),
        reference_video_urls: urls("videos", 1).optional(),
        reference_audio_urls: urls("sounds", 1).optional(),
      },
      unknownField(FIELDS),
    )
    .meta({ id: `${name}ReferenceInput` });
  return { text, frame, reference };
}

const standard = modesOf(SEEDANCE_2_STANDARD.resolutions, "Seedance2");
const fast = modesOf(SEEDANCE_2_FAST.resolutions, "Seedance2Fast");

/** Input of `seedance-2` [doc]. */
export const seedance2Input = z
  .union([standard.text, standard.frame, standard.reference])
  .meta({ id: "Seedance2Input" });

/** Input of `seedance-2-fast` [doc]. */
export const seedance2FastInput = z
  .union([fast.text, fast.frame, fast.reference])
  .meta({ id: "Seedance2FastInput" });

/** The mode that counts for this input, right or wrong. */
const modeOf = (input: unknown): keyof typeof standard => {
  // Where both are there the references are what is refused.
  if (hasAny(input, ["image_urls"])) return "frame";
  return hasAny(input, REFERENCES) ? "reference" : "text";
};

/** @returns what an input for `seedance-2` is checked against. */
export const seedance2Mode = (input: unknown): z.ZodType => standard[modeOf(input)];
/** @returns what an input for `seedance-2-fast` is checked against. */
export const seedance2FastMode = (input: unknown): z.ZodType => fast[modeOf(input)];
