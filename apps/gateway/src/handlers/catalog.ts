import { estimateCredits, validateEnqueue } from "@apidot-queue/core";

import type { Handler } from "../answer-call.ts";
import { type EstimateJson, modelJson } from "../schemas/catalog-schema.ts";
import type { HandlerParts } from "./handlers.ts";
import { checkKnownLane, laneOfBody, refuseLane } from "./known-lane.ts";

/** `GET /v1/models` */
export function listModels({ rules }: HandlerParts): Handler {
  const models = { data: [...rules.catalog.values()].map(modelJson) };
  return () => (c) => c.json(models);
}

/** `POST /v1/estimates`: what an enqueue would say, without one. */
export function estimate({ rules, lanes }: HandlerParts): Handler {
  return ({ caller, body }) => {
    const valid = validateEnqueue(body, rules);
    const wrongLane = checkKnownLane(laneOfBody(body), lanes);
    if (!valid.ok) return [...valid.errors, ...wrongLane];
    if (wrongLane.length > 0) return wrongLane;
    const refused = refuseLane(valid.options.lane, caller);
    if (refused !== null) return () => refused;
    const credits = estimateCredits(valid.request, rules.catalog);
    const answer: EstimateJson = {
      model: valid.request.model,
      credits: {
        estimated: credits?.credits ?? null,
        catalog_date: credits?.catalogDate ?? null,
      },
      warnings: [...valid.warnings],
    };
    return (c) => c.json(answer);
  };
}
