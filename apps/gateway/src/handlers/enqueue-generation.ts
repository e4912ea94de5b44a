import { validateEnqueue } from "@apidot-queue/core";
import { type GenerationRecord, wireRecord } from "@apidot-queue/producer";
import type { Context } from "hono";

import type { Handler } from "../answer-call.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { HandlerParts } from "./handlers.ts";
import { checkKnownLane, laneOfBody, refuseLane } from "./known-lane.ts";
import { findRepeated } from "./repeated.ts";

/** `POST /v1/generations` */
export function enqueueGeneration(parts: HandlerParts): Handler {
  const { rules, lanes } = parts;
  return async ({ caller, body, headers }) => {
    const valid = validateEnqueue(body, rules);
    const wrongLane = checkKnownLane(laneOfBody(body), lanes);
    const idempotencyKey = headers.values["idempotency-key"] as string | undefined;
    if (!valid.ok) {
      const errors = [...valid.errors, ...wrongLane];
      const earlier = await findRepeated(body, headers, errors, caller);
      return earlier === null ? errors : (c) => accepted(c, earlier);
    }
    if (wrongLane.length > 0) return wrongLane;
    const refused = refuseLane(valid.options.lane, caller);
    if (refused !== null) return () => refused;
    return async (c) => {
      const record = await caller.producer.enqueueAccepted(valid, { idempotencyKey });
      return accepted(c, record);
    };
  };
}

function accepted(c: Context<GatewayEnv>, record: GenerationRecord): Response {
  c.set("generationId", record.id);
  c.header("location", `/v1/generations/${record.id}`);
  return c.json(wireRecord(record), 202);
}
