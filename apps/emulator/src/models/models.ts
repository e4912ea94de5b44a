import type { ModelSpec } from "./model.ts";
import { HAPPY_HORSE } from "./happy-horse.ts";
import { SEEDANCE_2 } from "./seedance-2.ts";
import { SORA_2 } from "./sora-2.ts";
import { VEO_3_1 } from "./veo-3-1.ts";

/** Every model that can be submitted, by id. A new family is a file beside this one and a line here. */
export const MODELS: ReadonlyMap<string, ModelSpec> = new Map(
  [...VEO_3_1, ...SEEDANCE_2, ...SORA_2, HAPPY_HORSE].map((model) => [model.id, model]),
);
