import { z } from "zod";

import { VEO_3_1_FAST, VEO_3_1_LITE, VEO_3_1_QUALITY } from "../catalog/index.ts";
import type { ModelId } from "../catalog/index.ts";
import { happyHorseInput, happyHorseMode } from "./happy-horse.ts";
import {
  seedance2FastInput,
  seedance2FastMode,
  seedance2Input,
  seedance2Mode,
} from "./seedance-2.ts";
import { sora2Input, sora2Mode, sora2ProInput, sora2ProMode } from "./sora-2.ts";
import { veo31FastInput, veo31LiteInput, veo31LooseInput, veo31QualityInput } from "./veo-3-1.ts";

/**
 * How the input of one model is checked: each schema in turn, the first with every rule of the model,
 * a second one to name what the first leaves unsaid once it has stopped.
 */
type InputChecks = (input: unknown) => readonly [z.ZodType, ...z.ZodType[]];

/** The payload of every model of the catalog. */
export const INPUT_CHECKS = {
  "veo3.1-lite": () => [veo31LiteInput, veo31Loose.lite],
  "veo3.1-fast": () => [veo31FastInput, veo31Loose.fast],
  "veo3.1-quality": () => [veo31QualityInput, veo31Loose.quality],
  "seedance-2": (input) => [seedance2Mode(input)],
  "seedance-2-fast": (input) => [seedance2FastMode(input)],
  "happy-horse": (input) => [happyHorseMode(input)],
  "sora-2-official": (input) => [sora2Mode(input)],
  "sora-2-pro-official": (input) => [sora2ProMode(input)],
} as const satisfies Record<ModelId, InputChecks>;

const veo31Loose = {
  lite: veo31LooseInput(VEO_3_1_LITE),
  fast: veo31LooseInput(VEO_3_1_FAST),
  quality: veo31LooseInput(VEO_3_1_QUALITY),
};

/** Request for `veo3.1-lite`. */
export const veo31LiteRequestSchema = z
  .strictObject({ model: z.literal("veo3.1-lite"), input: veo31LiteInput })
  .meta({ id: "Veo31LiteRequest" });

/** Request for `veo3.1-fast`. */
export const veo31FastRequestSchema = z
  .strictObject({ model: z.literal("veo3.1-fast"), input: veo31FastInput })
  .meta({ id: "Veo31FastRequest" });

/** Request for `veo3.1-quality`. */
export const veo31QualityRequestSchema = z
  .strictObject({ model: z.literal("veo3.1-quality"), input: veo31QualityInput })
  .meta({ id: "Veo31QualityRequest" });

/** Request for `seedance-2`. */
export const seedance2RequestSchema = z
  .strictObject({ model: z.literal("seedance-2"), input: seedance2Input })
  .meta({ id: "Seedance2Request" });

/** Request for `seedance-2-fast`. */
export const seedance2FastRequestSchema = z
  .strictObject({ model: z.literal("seedance-2-fast"), input: seedance2FastInput })
  .meta({ id: "Seedance2FastRequest" });

/** Request for `happy-horse`. */
export const happyHorseRequestSchema = z
  .strictObject({ model: z.literal("happy-horse"), input: happyHorseInput })
  .meta({ id: "HappyHorseRequest" });

/** Request for `sora-2-official`. */
export const sora2RequestSchema = z
  .strictObject({ model: z.literal("sora-2-official"), input: sora2Input })
  .meta({ id: "Sora2Request" });

/** Request for `sora-2-pro-official`. */
export const sora2ProRequestSchema = z
  .strictObject({ model: z.literal("sora-2-pro-official"), input: sora2ProInput })
  .meta({ id: "Sora2ProRequest" });

/**
 * Every request that the catalog knows, for documents and types. {@link validateRequest} accepts
 * the same values and says more about the others.
 */
export const generationRequestSchema = z
  .discriminatedUnion("model", [
    veo31LiteRequestSchema,
    veo31FastRequestSchema,
    veo31QualityRequestSchema,
    seedance2RequestSchema,
    seedance2FastRequestSchema,
    happyHorseRequestSchema,
    sora2RequestSchema,
    sora2ProRequestSchema,
  ])
  .meta({ id: "GenerationRequest" });

/** Readonly all the way down: requests are stored and sent as given. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** Request for `veo3.1-lite`: text only. */
export type Veo31LiteRequest = DeepReadonly<z.infer<typeof veo31LiteRequestSchema>>;
/** Request for `veo3.1-fast`: text, frame or reference. */
export type Veo31FastRequest = DeepReadonly<z.infer<typeof veo31FastRequestSchema>>;
/** Request for `veo3.1-quality`: text or frame. */
export type Veo31QualityRequest = DeepReadonly<z.infer<typeof veo31QualityRequestSchema>>;
/** Request for `seedance-2`: text, frame or reference. */
export type Seedance2Request = DeepReadonly<z.infer<typeof seedance2RequestSchema>>;
/** Request for `seedance-2-fast`: the same without 1080p. */
export type Seedance2FastRequest = DeepReadonly<z.infer<typeof seedance2FastRequestSchema>>;
/** Request for `happy-horse`: text, image, reference or video-edit. */
export type HappyHorseRequest = DeepReadonly<z.infer<typeof happyHorseRequestSchema>>;
/** Request for `sora-2-official`, which is retired: text or image. */
export type Sora2Request = DeepReadonly<z.infer<typeof sora2RequestSchema>>;
/** Request for `sora-2-pro-official`, which is retired: text or image. */
export type Sora2ProRequest = DeepReadonly<z.infer<typeof sora2ProRequestSchema>>;

/**
 * What a caller wants rendered, discriminated on `model`. A mode that the model does not have does
 * not compile; how many images a mode takes is checked at run time.
 */
export type GenerationRequest =
  | Veo31LiteRequest
  | Veo31FastRequest
  | Veo31QualityRequest
  | Seedance2Request
  | Seedance2FastRequest
  | HappyHorseRequest
  | Sora2Request
  | Sora2ProRequest;

/**
 * A request by its shape alone: what storage and estimates need, and all that is known of a model
 * let through unchecked. Every {@link GenerationRequest} is one.
 */
export interface UncheckedRequest {
  /** 1 to 128 characters. */
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
}
