import { z } from "zod";

import { VEO_3_1_FAST, VEO_3_1_LITE, VEO_3_1_QUALITY } from "../catalog/index.ts";
import type { ModelId } from "../catalog/index.ts";
import { veo31FastInput, veo31LiteInput, veo31LooseInput, veo31QualityInput } from "./veo-3-1.ts";

/** How the input of one model is checked. */
interface InputSchemas {
  /** Every rule of the model. */
  readonly strict: z.ZodType;
  /** Without modes: names what the strict one leaves unsaid once it has stopped. */
  readonly loose: z.ZodType;
}

/** The payload of every model of the catalog. */
export const INPUT_SCHEMAS = {
  "veo3.1-lite": { strict: veo31LiteInput, loose: veo31LooseInput(VEO_3_1_LITE) },
  "veo3.1-fast": { strict: veo31FastInput, loose: veo31LooseInput(VEO_3_1_FAST) },
  "veo3.1-quality": { strict: veo31QualityInput, loose: veo31LooseInput(VEO_3_1_QUALITY) },
} as const satisfies Record<ModelId, InputSchemas>;

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

/**
 * Every request that the catalog knows, for documents and types. {@link validateRequest} accepts
 * the same values and says more about the others.
 */
export const generationRequestSchema = z
  .discriminatedUnion("model", [
    veo31LiteRequestSchema,
    veo31FastRequestSchema,
    veo31QualityRequestSchema,
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

/**
 * What a caller wants rendered, discriminated on `model`. A mode that the model does not have does
 * not compile; how many images a mode takes is checked at run time.
 */
export type GenerationRequest = Veo31LiteRequest | Veo31FastRequest | Veo31QualityRequest;

/**
 * A request by its shape alone: what storage and estimates need, and all that is known of a model
 * let through unchecked. Every {@link GenerationRequest} is one.
 */
export interface UncheckedRequest {
  /** 1 to 128 characters. */
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
}
