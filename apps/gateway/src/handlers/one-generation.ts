import { parseGenerationId } from "@apidot-queue/core";
import type { GenerationRecord } from "@apidot-queue/producer";

import type { Act, Handler } from "../answer-call.ts";
import { problem } from "../problem.ts";
import { recordJson } from "../record-json.ts";
import type { HandlerParts } from "./handlers.ts";

/** `GET /v1/generations/{id}` */
export function getGeneration({ producer }: HandlerParts): Handler {
  return () => withRecord((id) => producer.get(id));
}

/** `POST /v1/generations/{id}/cancel`. A body says nothing here. */
export function cancelGeneration({ producer }: HandlerParts): Handler {
  return () => withRecord((id) => producer.cancel(id));
}

function withRecord(ask: (id: string) => Promise<GenerationRecord>): Act {
  return async (c) => {
    const id = c.req.param("id") ?? "";
    if (parseGenerationId(id) === null) return problem("not_found");
    const record = await ask(id);
    c.set("generationId", record.id);
    return c.json(recordJson(record));
  };
}
