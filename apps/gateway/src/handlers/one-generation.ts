import { parseGenerationId } from "@apidot-queue/core";
import { type GenerationRecord, wireRecord } from "@apidot-queue/producer";

import type { Act, Handler } from "../answer-call.ts";
import { problem } from "../problem.ts";

/** `GET /v1/generations/{id}` */
export function getGeneration(): Handler {
  return ({ caller: { producer } }) => withRecord((id) => producer.get(id));
}

/** `POST /v1/generations/{id}/cancel`. A body says nothing here. */
export function cancelGeneration(): Handler {
  return ({ caller: { producer } }) => withRecord((id) => producer.cancel(id));
}

function withRecord(ask: (id: string) => Promise<GenerationRecord>): Act {
  return withId(async (id, c) => c.json(wireRecord(await ask(id))));
}

/** Answers for the generation of the path; 404 for a text that no generation has as its id. */
export function withId(
  answer: (id: string, c: Parameters<Act>[0]) => Promise<Response>,
  parameter = "id",
): Act {
  return async (c) => {
    const id = c.req.param(parameter) ?? "";
    if (parseGenerationId(id) === null) return problem("not_found");
    const answered = await answer(id, c);
    if (c.get("generationId") === undefined) c.set("generationId", id);
    return answered;
  };
}
