import { estimateCredits, requestMode } from "@apidot-queue/core";

import { type AddCommand, catalogOf, examples, JSON_FLAG } from "../command-context.ts";
import { creditsText } from "../output/credits.ts";
import { printable } from "../output/printable.ts";
import type { GivenFlags } from "../request/input-flags.ts";
import { readRequest } from "../request/request.ts";
import { addRequestFlags } from "./submit.ts";

/** `estimate <model> [prompt]` */
export const addEstimate: AddCommand = (program, start) => {
  addRequestFlags(program.command("estimate"))
    .description("check a request and say what it would cost; nothing is sent")
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples(
        'estimate veo3.1-quality "A lighthouse at dusk" --resolution 4k',
        "estimate veo3.1-fast --input @request.json --json",
      ),
    )
    .action((model: string, prompt: string | undefined, given: GivenFlags) =>
      start(given, async ({ surroundings, output }) => {
        const rules = { allowUnknownModels: false, catalog: catalogOf(surroundings) };
        const { request } = await readRequest({ model, prompt, given, rules }, surroundings);
        const estimate = estimateCredits(request, rules.catalog);
        const [credits, date] = [estimate?.credits ?? null, estimate?.catalogDate ?? null];
        output.document({
          model,
          mode: requestMode(request),
          credits: { estimated: credits, catalog_date: date },
        });
        output.line(`${printable(model)}: ${creditsText(credits, date)}`);
        output.note("an estimate for one finished video; the upstream's current price counts");
        return "ok";
      }),
    );
};
