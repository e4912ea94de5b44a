import { z } from "zod";

import { HAPPY_HORSE } from "../catalog/index.ts";
import { httpUrlSchema } from "./http-url.ts";
import { absent, hasAny, prompt, unknownField, urls } from "./input-fields.ts";

const { durationsSeconds, aspectRatios, resolutions, modes } = HAPPY_HORSE;

const FIELDS = [
  "prompt",
  "duration",
  "resolution",
  "aspect_ratio",
  "image_urls",
  "reference_image_urls",
  "video_url",
  "audio_setting",
  "seed",
  "enable_safety_checker",
];

/** Fields of every mode [doc]. */
const common = {
  resolution: z.enum(resolutions).optional(),
  seed: z.int().min(0).max(2_147_483_647).optional(),
  enable_safety_checker: z.boolean().optional(),
};
const duration = z.int().min(durationsSeconds[0]).max(durationsSeconds[12]).optional();
const aspectRatio = z.enum(aspectRatios).optional();
const noAudioSetting = absent("is for a video_url alone");
const noImage = absent("is not taken beside reference_image_urls or video_url");
const noReferences = absent("is not taken beside image_urls");
const noVideo = absent("is not taken in this mode");

const text = z
  .strictObject(
    {
      ...common,
      prompt,
      duration,
      aspect_ratio: aspectRatio,
      image_urls: noImage,
      reference_image_urls: noReferences,
      video_url: noVideo,
      audio_setting: noAudioSetting,
    },
    unknownField(FIELDS),
  )
  .meta({ id: "HappyHorseTextInput" });

const image = z
  .strictObject(
    {
      ...common,
      prompt: prompt.optional(),
      duration,
      aspect_ratio: absent("is not taken with an image, whose shape counts"),
      image_urls: urls("image", 1, modes.image.images.max),
      reference_image_urls: noReferences,
      video_url: noVideo,
      audio_setting: noAudioSetting,
    },
    unknownField(FIELDS),
  )
  .meta({ id: "HappyHorseImageInput" });

const reference = z
  .strictObject(
    {
      ...common,
      prompt,
      duration,
      aspect_ratio: aspectRatio,
      image_urls: noImage,
      reference_image_urls: urls("images", 1, modes.reference.images.max),
      video_url: noVideo,
      audio_setting: noAudioSetting,
    },
    unknownField(FIELDS),
  )
  .meta({ id: "HappyHorseReferenceInput" });

const videoEdit = z
  .strictObject(
    {
      ...common,
      prompt,
      duration: absent("is not taken with a video_url, whose length counts"),
      aspect_ratio: absent("is not taken with a video_url, whose shape counts"),
      image_urls: noImage,
      reference_image_urls: urls("images", 1, modes["video-edit"].images.max).optional(),
      video_url: httpUrlSchema,
      audio_setting: z.enum(["auto", "origin"]).optional(),
    },
    unknownField(FIELDS),
  )
  .meta({ id: "HappyHorseVideoEditInput" });

/** Input of `happy-horse` in its four modes [doc]. */
export const happyHorseInput = z
  .union([text, image, reference, videoEdit])
  .meta({ id: "HappyHorseInput" });

/** @returns what an input for `happy-horse` is checked against: the mode follows from its fields. */
export function happyHorseMode(input: unknown): z.ZodType {
  if (hasAny(input, ["video_url"])) return videoEdit;
  if (hasAny(input, ["reference_image_urls"])) return reference;
  return hasAny(input, ["image_urls"]) ? image : text;
}
