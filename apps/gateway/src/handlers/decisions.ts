import { wireRecord } from "@apidot-queue/producer";
import { flightWords, validateDecision, validateLaneDecision } from "@apidot-queue/core";

import type { Handler } from "../answer-call.ts";
import { explanationJson } from "../explanation-json.ts";
import {
  type LaneResolvedJson,
  paidWarning,
  type ResolvedJson,
} from "../schemas/decision-schema.ts";
import type { HandlerParts } from "./handlers.ts";
import { withLane } from "./lanes.ts";
import { withId } from "./one-generation.ts";

/** `POST /v1/generations/{id}/retry`. A body says nothing here. */
export function retryGeneration(): Handler {
  return ({ caller: { producer }, headers }) =>
    withId(async (id, c) => {
      const idempotencyKey = headers.values["idempotency-key"] as string | undefined;
      const record = await producer.retry(id, { idempotencyKey });
      c.set("generationId", record.id);
      c.header("location", `/v1/generations/${record.id}`);
      return c.json(wireRecord(record), 202);
    });
}

/** `POST /v1/generations/{id}/resolve` */
export function resolveGeneration(): Handler {
  return ({ caller: { producer }, body }) => {
    const valid = validateDecision(body);
    if (!valid.ok) return valid.errors;
    const { decision } = valid;
    return withId(async (id, c) => {
      const { record, mayBePaidCount } = await producer.resolve(id, decision);
      const answer: ResolvedJson = {
        generation: wireRecord(record),
        may_be_paid: mayBePaidCount,
        warning: paidWarning(decision.action, mayBePaidCount),
      };
      return c.json(answer);
    });
  };
}

/** `GET /v1/generations/{id}/explain`: JSON, unless text alone is asked for. */
export function explainGeneration(): Handler {
  return ({ caller: { producer } }) =>
    withId(async (id, c) => {
      const record = await producer.explain(id);
      if (wantsText(c.req.header("accept"))) return c.text(`${flightWords(record)}\n`);
      return c.json(explanationJson(record));
    });
}

/** `POST /v1/lanes/{lane}/resolve` */
export function resolveLane({ lanes }: HandlerParts): Handler {
  return ({ caller, body }) => {
    const valid = validateLaneDecision(body);
    if (!valid.ok) return valid.errors;
    const { decision, limit } = valid;
    return withLane(lanes, caller, async (lane, c) => {
      const done = await caller.producer.resolveHeld({ ...decision, lane, limit });
      const answer: LaneResolvedJson = {
        resolved: done.resolvedCount,
        remaining: done.remainingCount,
        may_be_paid: done.mayBePaidCount,
        warning: paidWarning(decision.action, done.mayBePaidCount),
      };
      return c.json(answer);
    });
  };
}

/** A caller that takes JSON as well gets it: only one that names text and no JSON wants words. */
function wantsText(accept: string | undefined): boolean {
  const types = (accept ?? "").split(",").map((part) => part.split(";")[0]?.trim());
  return types.includes("text/plain") && !types.includes("application/json");
}
