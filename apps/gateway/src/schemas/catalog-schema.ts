import { type CatalogEntry, MODES } from "@apidot-queue/core";
import { z } from "zod";

import { creditsSchema } from "./record-schema.ts";

const modeSchema = z.object({
  images: z.object({ min: z.int().min(0), max: z.int().min(0) }),
});

const priceSchema = z.object({
  per: z.enum(["job"]),
  by: z.string().meta({ description: "The input field that selects the price." }),
  default: z.string().meta({ description: "The value that counts when the field is absent." }),
  credits: z.record(z.string(), z.number()),
});

const modelSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    family: z.string(),
    provider: z.string(),
    status: z.enum(["active", "paused", "retired"]),
    successor: z.string().nullable(),
    reason: z.string().nullable(),
    modes: z.partialRecord(z.enum(MODES), modeSchema),
    durations_seconds: z.array(z.number()),
    aspect_ratios: z.array(z.string()),
    resolutions: z.array(z.string()),
    price: priceSchema,
    catalog_date: z.iso.date().meta({ description: "The day on which the price was read." }),
  })
  .meta({ id: "Model" });

/** Every model of the catalog. */
export const modelsSchema = z.object({ data: z.array(modelSchema) }).meta({ id: "Models" });

/** A model as the catalog has it; prices are of its date, never live. */
export function modelJson(entry: CatalogEntry): z.infer<typeof modelSchema> {
  return {
    id: entry.id,
    title: entry.title,
    family: entry.family,
    provider: entry.provider,
    status: entry.status,
    successor: entry.successor ?? null,
    reason: entry.reason ?? null,
    modes: entry.modes,
    durations_seconds: [...entry.durationsSeconds],
    aspect_ratios: [...entry.aspectRatios],
    resolutions: [...entry.resolutions],
    price: entry.price,
    catalog_date: entry.priceSnapshotDate,
  };
}

/** What a request is expected to cost, and what is worth knowing of it. */
export const estimateSchema = z
  .object({
    model: z.string(),
    credits: creditsSchema,
    warnings: z.array(
      z.object({
        pointer: z.string(),
        code: z.enum(["long_prompt", "unchecked_model"]),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: "Estimate" });

/** @see estimateSchema */
export type EstimateJson = z.infer<typeof estimateSchema>;
