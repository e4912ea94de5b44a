import type { ModelSpec } from "./model.ts";
import { VEO_3_1 } from "./veo-3-1.ts";

/** Every model that can be submitted, by id. A new family is a file beside this one and a line here. */
export const MODELS: ReadonlyMap<string, ModelSpec> = new Map(
  [...VEO_3_1].map((model) => [model.id, model]),
);
