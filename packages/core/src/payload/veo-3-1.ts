import { z } from "zod";

import { CATALOG, MODES, VEO_3_1_FAST, VEO_3_1_LITE, VEO_3_1_QUALITY } from "../catalog/index.ts";
import type { CatalogEntry, Mode, ModeRule } from "../catalog/index.ts";
import { httpUrlSchema } from "./http-url.ts";
import { absent, countedAgainst, prompt, unknownField } from "./input-fields.ts";
import { andList, describeGiven, orList } from "./wording.ts";

/** Beyond this many images only their number is reported, not each one of them. */
const MAX_IMAGES_INSPECTED = 64;

/** Fields of every mode [doc]. */
const common = {
  prompt,
  duration: z.literal(VEO_3_1_FAST.durationsSeconds).optional(),
  aspect_ratio: z.enum(VEO_3_1_FAST.aspectRatios).optional(),
  resolution: z.enum(VEO_3_1_FAST.resolutions).optional(),
};
const textFields = Object.keys(common);
const fields = [...textFields, "generate_type", "image_urls"];

const textInput = z
  .strictObject(
    {
      ...common,
      generate_type: absent("text mode takes no generate_type"),
      image_urls: absent("image_urls needs generate_type beside it"),
    },
    unknownField(fields),
  )
  .meta({ id: "Veo31TextInput" });

const frameInput = z
  .strictObject(
    {
      ...common,
      generate_type: z.literal("frame"),
      image_urls: images("frame", VEO_3_1_FAST.modes.frame),
    },
    unknownField(fields),
  )
  .meta({ id: "Veo31FrameInput" });

const referenceInput = z
  .strictObject(
    {
      ...common,
      generate_type: z.literal("reference"),
      image_urls: images("reference", VEO_3_1_FAST.modes.reference),
    },
    unknownField(fields),
  )
  .meta({ id: "Veo31ReferenceInput" });

/** Input of `veo3.1-lite`: text only [doc]. */
export const veo31LiteInput = z
  .strictObject(
    {
      ...common,
      generate_type: absent("veo3.1-lite is text only and takes no generate_type"),
      image_urls: absent("veo3.1-lite is text only and takes no image_urls"),
    },
    unknownField(textFields),
  )
  .meta({ id: "Veo31LiteInput" });

/** Input of `veo3.1-fast`: text, frame or reference [doc]. */
export const veo31FastInput = z
  .discriminatedUnion("generate_type", [textInput, frameInput, referenceInput], {
    error: wrongMode(VEO_3_1_FAST),
  })
  .meta({ id: "Veo31FastInput" });

/** Input of `veo3.1-quality`: text or frame [doc]. */
export const veo31QualityInput = z
  .discriminatedUnion("generate_type", [textInput, frameInput], {
    error: wrongMode(VEO_3_1_QUALITY),
  })
  .meta({ id: "Veo31QualityInput" });

/**
 * The second pass over an input that was refused. The strict schema stops at a wrong mode and at a
 * wrong number of images; this one has no modes and goes on to every field.
 */
export function veo31LooseInput(
  entry: typeof VEO_3_1_LITE | typeof VEO_3_1_FAST | typeof VEO_3_1_QUALITY,
) {
  const rules: readonly ModeRule[] = Object.values(entry.modes);
  const max = Math.max(...rules.map((rule) => rule.images.max));
  const error = countedAgainst(`${entry.id} takes at most ${max} images`);
  const looseImages = z
    .array(httpUrlSchema)
    .max(MAX_IMAGES_INSPECTED, { error })
    .refine((given) => given.length <= max, {
      when: ({ value }) => Array.isArray(value),
      error,
      params: { code: "too_many" },
    });
  return z.strictObject(
    {
      ...common,
      generate_type: z.unknown().optional(),
      image_urls: max === 0 ? z.unknown().optional() : looseImages.optional(),
    },
    unknownField(max === 0 ? textFields : fields),
  );
}

function images(mode: Mode, { images: { min, max } }: ModeRule) {
  const error = countedAgainst(`${mode} takes ${min} to ${max} images`);
  return z
    .array(httpUrlSchema, {
      error: ({ input }) => (input === undefined ? error({ input: [] }) : undefined),
    })
    .min(min, { error })
    .max(max, { error });
}

/** Words for a `generate_type` that the model does not have. */
function wrongMode(entry: CatalogEntry) {
  const modes = MODES.filter((mode) => entry.modes[mode] !== undefined);
  const imageModes = modes.filter((mode) => mode !== "text");
  return (issue: { readonly code: string; readonly input?: unknown }) => {
    if (issue.code !== "invalid_union") return undefined;
    const given: unknown = Object(issue.input).generate_type;
    if (given === "text") return "leave it out for text mode";
    const elsewhere = [...CATALOG.values()].filter(
      ({ family, modes: has }) =>
        family === entry.family && MODES.some((mode) => mode === given && has[mode] !== undefined),
    );
    if (elsewhere.length > 0)
      return `only ${orList(elsewhere.map(({ id }) => id))} has ${String(given)} mode; ${entry.id} has ${andList(modes)}`;
    return `must be ${orList(imageModes)}, or left out for text mode; got ${describeGiven(given)}`;
  };
}
