import { type CatalogEntry, MODES, type PriceRule } from "@apidot-queue/core";
import { z } from "zod";

import { creditsSchema } from "./record-schema.ts";

const modeSchema = z.object({
  images: z.object({ min: z.int().min(0), max: z.int().min(0) }),
});

const by = z.string().meta({ description: "The input field that selects the price." });
const whenAbsent = z
  .string()
  .meta({ description: "The value that counts when the field is absent." });
const creditsByValue = z.record(z.string(), z.number());

const priceSchema = z.discriminatedUnion("per", [
  z.object({ per: z.literal("job"), by, default: whenAbsent, credits: creditsByValue }),
  z.object({
    per: z.literal("second"),
    by,
    default: whenAbsent,
    rates: z
      .array(
        z.object({
          with: z.string().nullable(),
          credits: creditsByValue,
          billed_seconds: z.number().nullable(),
        }),
      )
      .meta({ description: "The first counts whose field with the input has; null has any." }),
    default_seconds: z.number().nullable(),
  }),
]);

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
    price: priceJson(entry.price),
    catalog_date: entry.priceSnapshotDate,
  };
}

function priceJson(price: PriceRule): z.infer<typeof priceSchema> {
  if (price.per === "job") return price;
  const { rates, defaultSeconds, ...rest } = price;
  return {
    ...rest,
    rates: rates.map((rate) => ({
      with: rate.with ?? null,
      credits: rate.credits,
      billed_seconds: rate.billedSeconds ?? null,
    })),
    default_seconds: defaultSeconds,
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
