import { validateEnqueue } from "@apidot-queue/core";
import { wireRecord } from "@apidot-queue/producer";

import type { Handler } from "../answer-call.ts";
import type { HandlerParts } from "./handlers.ts";
import { checkKnownLane, laneOfBody, refuseLane } from "./known-lane.ts";

/** `POST /v1/generations` */
export function enqueueGeneration(parts: HandlerParts): Handler {
  const { rules, lanes } = parts;
  return ({ caller, body, headers }) => {
    const valid = validateEnqueue(body, rules);
    const wrongLane = checkKnownLane(laneOfBody(body), lanes);
    if (!valid.ok) return [...valid.errors, ...wrongLane];
    if (wrongLane.length > 0) return wrongLane;
    const refused = refuseLane(valid.options.lane, caller);
    if (refused !== null) return () => refused;
    return async (c) => {
      const idempotencyKey = headers.values["idempotency-key"] as string | undefined;
      const record = await caller.producer.enqueueAccepted(valid, { idempotencyKey });
      c.set("generationId", record.id);
      c.header("location", `/v1/generations/${record.id}`);
      return c.json(wireRecord(record), 202);
    };
  };
}
