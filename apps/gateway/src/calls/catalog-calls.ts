import { CATALOG, enqueueBodySchema, VEO_3_1_FAST } from "@apidot-queue/core";
import { z } from "zod";

import { estimateSchema, modelJson, modelsSchema } from "../schemas/catalog-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL, ANY_JSON_BODY } from "./common-problems.ts";
import { ENQUEUE_EXAMPLES } from "./request-examples.ts";

/** Calls about models and their prices; they ask neither Redis nor the upstream. */
export const CATALOG_CALLS = [
  {
    id: "listModels",
    method: "get",
    path: "/v1/models",
    access: "any",
    tag: "catalog",
    summary: "The catalog",
    description: "Prices are of the date beside them. They are an estimate, never the bill.",
    query: z.strictObject({}),
    answers: [
      {
        status: 200,
        description: "Every model of the catalog.",
        schema: modelsSchema,
        examples: { catalog: { data: [...CATALOG.values()].map(modelJson) } },
      },
    ],
    problems: [...ANY_CALL, "invalid_request"],
  },
  {
    id: "estimateCredits",
    method: "post",
    path: "/v1/estimates",
    access: "any",
    tag: "catalog",
    summary: "Validate a request and estimate its credits",
    description: "Takes what an enqueue takes, checks all of it, and stores nothing.",
    query: z.strictObject({}),
    body: { schema: enqueueBodySchema, isRequired: true, examples: ENQUEUE_EXAMPLES },
    answers: [
      {
        status: 200,
        description: "The request is valid; what it is expected to cost.",
        schema: estimateSchema,
        examples: {
          estimate: {
            model: VEO_3_1_FAST.id,
            credits: {
              estimated: VEO_3_1_FAST.price.credits["1080p"],
              catalog_date: VEO_3_1_FAST.priceSnapshotDate,
            },
            warnings: [],
          },
        },
      },
    ],
    problems: [...ANY_CALL, ...ANY_JSON_BODY, "forbidden_lane", "invalid_request"],
  },
] as const satisfies readonly Call[];
