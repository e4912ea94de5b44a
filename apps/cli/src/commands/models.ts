import { type CatalogEntry, MODES, type PriceRule } from "@apidot-queue/core";

import { type AddCommand, catalogOf, examples, JSON_FLAG } from "../command-context.ts";
import { createTable } from "../output/table.ts";

/** `models` */
export const addModels: AddCommand = (program, start) => {
  program
    .command("models")
    .description("list the models of the catalog with their prices and the day of these")
    .option(...JSON_FLAG)
    .addHelpText("after", examples("models", "models --json"))
    .action((flags: { readonly json?: boolean }) =>
      start(flags, ({ surroundings, output }) => {
        const entries = [...catalogOf(surroundings).values()];
        output.document({ models: entries.map(modelJson) });
        const table = createTable([
          "model",
          "status",
          "modes",
          "resolution: credits",
          "aspect ratios",
          "seconds",
          "prices of",
        ]);
        for (const line of table.lines(entries.map(rowOf))) output.line(line);
        output.note("credits for one finished video, by the catalog; an estimate, not the bill");
        return Promise.resolve("ok" as const);
      }),
    );
};

function rowOf(entry: CatalogEntry): { readonly text: string }[] {
  return [
    entry.id,
    entry.status,
    MODES.filter((mode) => entry.modes[mode] !== undefined).join(", "),
    priceText(entry.price),
    entry.aspectRatios.join(", "),
    entry.durationsSeconds.join(", "),
    entry.priceSnapshotDate,
  ].map((text) => ({ text }));
}

/** Of several rates the dearest, which counts where no field lowers it. */
function priceText(price: PriceRule): string {
  const credits = price.per === "job" ? price.credits : (price.rates.at(-1)?.credits ?? {});
  const prices = Object.entries(credits).map(([value, each]) => `${value}: ${each}`);
  return `${prices.join(", ")}${price.per === "job" ? "" : " a second"}`;
}

function modelJson(entry: CatalogEntry): Record<string, unknown> {
  return {
    id: entry.id,
    title: entry.title,
    provider: entry.provider,
    status: entry.status,
    successor: entry.successor ?? null,
    reason: entry.reason ?? null,
    modes: entry.modes,
    durations_seconds: entry.durationsSeconds,
    aspect_ratios: entry.aspectRatios,
    resolutions: entry.resolutions,
    price: entry.price,
    catalog_date: entry.priceSnapshotDate,
  };
}
