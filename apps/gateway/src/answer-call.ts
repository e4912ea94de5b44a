import { MAX_FIELD_ERRORS } from "@apidot-queue/core";
import type { Context } from "hono";

import type { Caller } from "./access/caller.ts";
import type { Call } from "./calls/call.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { readJsonBody, readOptionalJsonBody } from "./json-body.ts";
import { type Parameters, readHeaders, readQuery } from "./parameters.ts";
import { problem } from "./problem.ts";
import type { RequestError } from "./request-error.ts";

/** A request whose parts are read. */
export interface Given {
  readonly caller: Caller;
  readonly query: Parameters;
  readonly headers: Parameters;
  /** Parsed; undefined where none came or none is taken. */
  readonly body: unknown;
}

/** Does what a checked request asks for. */
export type Act = (c: Context<GatewayEnv>) => Response | Promise<Response>;

/**
 * Checks what the schemas of a call cannot, and returns all that is wrong, or what is to be done.
 * It is done only if nothing else is wrong either, so that a refusal names every mistake at once.
 */
export type Handler = (given: Given) => Checked | Promise<Checked>;

/** All that is wrong, or what is to be done. */
type Checked = readonly RequestError[] | Act;

const NONE: Parameters = { values: {}, errors: [] };

/** The steps of every call: read the parameters, read the body, check all of it, act. */
export function answerCall(
  call: Call,
  handler: Handler,
): (c: Context<GatewayEnv>) => Promise<Response> {
  return async (c) => {
    const { searchParams } = new URL(c.req.url);
    const query = call.query === null ? NONE : readQuery(searchParams, call.query);
    const headers =
      call.headers === undefined ? NONE : readHeaders(c.req.raw.headers, call.headers);
    const wrongParameters = [...query.errors, ...headers.errors];
    const body = await bodyOf(call, c.req.raw);
    if (!body.ok) {
      const errors = body.code === "invalid_json" ? wrongParameters : [];
      return problem(body.code, { errors: errors.slice(0, MAX_FIELD_ERRORS) });
    }
    const checked = await handler({ caller: c.get("caller"), query, headers, body: body.value });
    const errors = [...(typeof checked === "function" ? [] : checked), ...wrongParameters];
    if (typeof checked === "function" && errors.length === 0) return checked(c);
    return problem("invalid_request", { errors: errors.slice(0, MAX_FIELD_ERRORS) });
  };
}

function bodyOf({ body }: Call, request: Request): ReturnType<typeof readJsonBody> {
  if (body === undefined) return Promise.resolve({ ok: true, value: undefined });
  return body.isRequired ? readJsonBody(request) : readOptionalJsonBody(request);
}
