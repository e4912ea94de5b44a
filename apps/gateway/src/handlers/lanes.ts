import { validateHalt, validateResume } from "@apidot-queue/core";
import type { Context } from "hono";

import type { Act, Handler } from "../answer-call.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { problem } from "../problem.ts";
import { laneJson, type ResumedJson } from "../schemas/lane-schema.ts";
import type { HandlerParts } from "./handlers.ts";

/** `GET /v1/lanes` */
export function listLanes({ producer }: HandlerParts): Handler {
  return () => async (c) => c.json({ data: (await producer.lanes()).map(laneJson) });
}

/** `POST /v1/lanes/{lane}/halt` */
export function haltLane({ producer, lanes }: HandlerParts): Handler {
  return ({ body }) => {
    const valid = validateHalt(body);
    if (!valid.ok) return valid.errors;
    return withLane(lanes, async (lane, c) => {
      return c.json(laneJson(await producer.haltLane(lane, valid.reason)));
    });
  };
}

/** `POST /v1/lanes/{lane}/resume` */
export function resumeLane({ producer, lanes }: HandlerParts): Handler {
  return ({ body }) => {
    const valid = validateResume(body);
    if (!valid.ok) return valid.errors;
    return withLane(lanes, async (lane, c) => {
      const resumed = await producer.resumeLane(lane, valid.request);
      const { redrivenCount: redriven, nextCursor: cursor } = resumed;
      const answer: ResumedJson = { redriven, cursor, lane: laneJson(resumed.lane) };
      return c.json(answer, cursor === null ? 200 : 202);
    });
  };
}

function withLane(
  lanes: readonly string[],
  act: (lane: string, c: Context<GatewayEnv>) => Promise<Response>,
): Act {
  return async (c) => {
    const lane = c.req.param("lane") ?? "";
    return lanes.includes(lane) ? act(lane, c) : problem("not_found");
  };
}
