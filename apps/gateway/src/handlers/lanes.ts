import { validateHalt, validateResume } from "@apidot-queue/core";
import type { Context } from "hono";

import type { Caller } from "../access/caller.ts";
import type { Act, Handler } from "../answer-call.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { problem } from "../problem.ts";
import { laneJson, type ResumedJson } from "../schemas/lane-schema.ts";
import type { HandlerParts } from "./handlers.ts";
import { refuseLane } from "./known-lane.ts";

/** `GET /v1/lanes` */
export function listLanes(): Handler {
  return ({ caller: { producer, heldTo } }) =>
    async (c) => {
      const lanes = await producer.lanes();
      const seen = lanes.filter(({ lane }) => heldTo?.includes(lane) !== false);
      return c.json({ data: seen.map(laneJson) });
    };
}

/** `POST /v1/lanes/{lane}/halt` */
export function haltLane({ lanes }: HandlerParts): Handler {
  return ({ caller, body }) => {
    const valid = validateHalt(body);
    if (!valid.ok) return valid.errors;
    return withLane(lanes, caller, async (lane, c) => {
      return c.json(laneJson(await caller.producer.haltLane(lane, valid.reason)));
    });
  };
}

/** `POST /v1/lanes/{lane}/resume` */
export function resumeLane({ lanes }: HandlerParts): Handler {
  return ({ caller, body }) => {
    const valid = validateResume(body);
    if (!valid.ok) return valid.errors;
    return withLane(lanes, caller, async (lane, c) => {
      const resumed = await caller.producer.resumeLane(lane, valid.request);
      const { redrivenCount: redriven, nextCursor: cursor } = resumed;
      const answer: ResumedJson = { redriven, cursor, lane: laneJson(resumed.lane) };
      return c.json(answer, cursor === null ? 200 : 202);
    });
  };
}

/** Acts on the lane of the path: 404 where nobody works it, 403 where the caller may not. */
export function withLane(
  lanes: readonly string[],
  caller: Caller,
  act: (lane: string, c: Context<GatewayEnv>) => Promise<Response>,
): Act {
  return async (c) => {
    const lane = c.req.param("lane") ?? "";
    if (!lanes.includes(lane)) return problem("not_found");
    return refuseLane(lane, caller) ?? act(lane, c);
  };
}
