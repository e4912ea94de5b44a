import { z } from "zod";

import { SORA_2_OFFICIAL, SORA_2_PRO_OFFICIAL } from "../catalog/index.ts";
import { absent, hasAny, prompt, unknownField, urls } from "./input-fields.ts";

const FIELDS = ["prompt", "duration", "aspect_ratio", "image_urls"];
const PRO_FIELDS = [...FIELDS, "resolution"];

const duration = z.literal(SORA_2_OFFICIAL.durationsSeconds).optional();
const aspectRatio = z.enum(SORA_2_OFFICIAL.aspectRatios);
const resolution = z.enum(SORA_2_PRO_OFFICIAL.resolutions).optional();
const noImages = { image_urls: absent("is not taken in text mode") };
const oneImage = { image_urls: urls("image", 1, SORA_2_OFFICIAL.modes.image.images.max) };
const noResolution = { resolution: absent("sora-2-official has no resolution") };

const standard = {
  text: z
    .strictObject(
      { prompt, duration, aspect_ratio: aspectRatio.optional(), ...noResolution, ...noImages },
      unknownField(FIELDS),
    )
    .meta({ id: "Sora2TextInput" }),
  image: z
    .strictObject(
      { prompt, duration, aspect_ratio: aspectRatio.optional(), ...noResolution, ...oneImage },
      unknownField(FIELDS),
    )
    .meta({ id: "Sora2ImageInput" }),
};

const pro = {
  text: z
    .strictObject(
      { prompt, duration, aspect_ratio: aspectRatio.optional(), resolution, ...noImages },
      unknownField(PRO_FIELDS),
    )
    .meta({ id: "Sora2ProTextInput" }),
  image: z
    .strictObject(
      {
        prompt,
        duration,
        // `auto` follows the image, so it needs one.
        aspect_ratio: z.enum(SORA_2_PRO_OFFICIAL.aspectRatios).optional(),
        resolution,
        ...oneImage,
      },
      unknownField(PRO_FIELDS),
    )
    .meta({ id: "Sora2ProImageInput" }),
};

/** Input of `sora-2-official` [doc]. */
export const sora2Input = z.union([standard.text, standard.image]).meta({ id: "Sora2Input" });

/** Input of `sora-2-pro-official` [doc]. */
export const sora2ProInput = z.union([pro.text, pro.image]).meta({ id: "Sora2ProInput" });

const modeOf = (input: unknown): keyof typeof standard =>
  hasAny(input, ["image_urls"]) ? "image" : "text";

/** @returns what an input for `sora-2-official` is checked against. */
export const sora2Mode = (input: unknown): z.ZodType => standard[modeOf(input)];
/** @returns what an input for `sora-2-pro-official` is checked against. */
export const sora2ProMode = (input: unknown): z.ZodType => pro[modeOf(input)];
