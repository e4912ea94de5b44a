import { checkUnknownFields, isRecord, validateEnqueue } from "@apidot-queue/core";
import { type GenerationRecord, wireTask, wireTime } from "@apidot-queue/producer";
import type { Context } from "hono";

import type { Caller } from "../access/caller.ts";
import { unauthorized } from "../access/guard.ts";
import type { Handler } from "../answer-call.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { problem } from "../problem.ts";
import type { RequestError } from "../request-error.ts";
import type { HandlerParts } from "./handlers.ts";
import { refuseLane } from "./known-lane.ts";
import { withId } from "./one-generation.ts";
import { findRepeated } from "./repeated.ts";

/** The fields of the upstream's own submit [doc]. */
const FIELDS = ["model", "callback_url", "input"];

/** `POST /api/generate/submit` */
export function submitAsUpstream({ rules }: HandlerParts): Handler {
  return async ({ caller, body, headers }) => {
    const valid = validateEnqueue(enqueueBody(body), rules);
    const idempotencyKey = headers.values["idempotency-key"] as string | undefined;
    // Refused as the emulator does: what nobody documented might be an option that is not honoured.
    const unknown = isRecord(body) ? checkUnknownFields(body, FIELDS) : [];
    if (!valid.ok) {
      const errors = [...unknown, ...valid.errors.map(asGiven)];
      const earlier = await findRepeated(body, headers, errors, caller);
      return earlier === null ? errors : (c) => refuseKeyless(c) ?? submitted(c, earlier);
    }
    if (unknown.length > 0) return unknown;
    const refused = refuseLane(undefined, caller);
    if (refused !== null) return () => refused;
    return async (c) => {
      const keyless = refuseKeyless(c);
      if (keyless !== null) return keyless;
      // Told that nothing is stored, a client whose first answer was lost would come with another key.
      const isRepeated =
        idempotencyKey !== undefined &&
        (await caller.producer.findEnqueued(valid.request, idempotencyKey)) !== null;
      const halted = isRepeated ? null : await refuseHalted(caller);
      if (halted !== null) return halted;
      const more = { idempotencyKey, notifyShape: "upstream" } as const;
      return submitted(c, await caller.producer.enqueueAccepted(valid, more));
    };
  };
}

function submitted(c: Context<GatewayEnv>, { id, createdAt }: GenerationRecord): Response {
  c.set("generationId", id);
  const data = { task_id: id, status: "not_started", created_time: wireTime(createdAt) };
  return c.json({ code: 200, data });
}

/** `GET /api/generate/status/{task_id}` */
export function statusAsUpstream(): Handler {
  return ({ caller: { producer } }) => {
    const tell = withId(async (id, c) => {
      return c.json({ code: 200, data: wireTask(await producer.get(id)) });
    }, "task_id");
    return (c) => refuseKeyless(c) ?? tell(c);
  };
}

/** The upstream wants a key. Without tokens any will do, and none is still none. */
function refuseKeyless(c: Context): Response | null {
  if (/^Bearer +\S/i.test(c.req.header("authorization") ?? "")) return null;
  return unauthorized(false);
}

/**
 * A client of the upstream stops by itself when its key is refused or its credits are gone. So it is
 * told, and nothing is stored. But where nothing waits in the lane that could find out whether credits
 * are back, the request for which a probe is due is let in: it waits until they are.
 */
async function refuseHalted({ producer, lanes }: Caller): Promise<Response | null> {
  const lane = await producer.lane(lanes[0] ?? "");
  if (lane.halt?.reason === "authentication_error") return problem("lane_key_refused");
  if (lane.halt?.reason !== "insufficient_credits") return null;
  const isProbeWanted = lane.halt.isProbeDue && lane.counts.queued === 0;
  return isProbeWanted ? null : problem("lane_out_of_credits");
}

/** The body as `POST /v1/generations` takes it: the callback is a notification of ours. */
function enqueueBody(body: unknown): unknown {
  if (!isRecord(body)) return body;
  const { model, input, callback_url: notifyUrl } = body;
  const named = { model, input, notify_url: notifyUrl };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function asGiven(error: RequestError): RequestError {
  return error.pointer === "/notify_url" ? { ...error, pointer: "/callback_url" } : error;
}
