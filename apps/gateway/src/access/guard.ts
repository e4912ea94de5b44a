import type { GatewayToken } from "@apidot-queue/runtime";
import type { Context } from "hono";

import type { Call } from "../calls/call.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { refuseForeign } from "../local-only.ts";
import { problem } from "../problem.ts";
import { mayCall } from "./access.ts";
import { anyCaller, type Caller, type CallerParts, localCaller, openCallers } from "./caller.ts";

/** What a gateway's guard knows. */
export interface GuardParts extends CallerParts {
  /** Null: no tokens are set, and whoever reaches the gateway is a program of this machine. */
  readonly tokens: readonly GatewayToken[] | null;
  /** Whether it listens where only this machine reaches it. */
  readonly isLocal: boolean;
}

/** Says who makes a request, or how it is refused. */
type Guard = (c: Context<GatewayEnv>) => Response | null;

/** @returns what stands before each call: it lets the caller in and says who it is, or refuses. */
export function guards(parts: GuardParts): (call: Call) => Guard {
  const { tokens, isLocal } = parts;
  if (tokens === null) return () => enter(localCaller(parts));
  const findCaller = openCallers(tokens, parts);
  const nobody = anyCaller(parts);

  const guardOf =
    ({ access }: Call): Guard =>
    (c) => {
      const authorization = c.req.header("authorization");
      if (authorization === undefined && access === "metrics" && isLocal && !isForwarded(c)) {
        return refuseForeign(c) ?? enter(nobody)(c);
      }
      const caller = authorization === undefined ? null : findCaller(authorization);
      if (caller === null) return unauthorized(authorization !== undefined);
      if (mayCall(access, caller)) return enter(caller)(c);
      return problem("forbidden_scope", { detail: `The token has no scope ${access}.` });
    };
  return (call) => (call.access === "open" ? enter(nobody) : guardOf(call));
}

/** What a proxy says of whom it speaks for: it may stand on this machine, and its caller need not. */
const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

function isForwarded(c: Context): boolean {
  return FORWARDED.some((name) => c.req.header(name) !== undefined);
}

function enter(caller: Caller): Guard {
  return (c) => {
    c.set("caller", caller);
    return null;
  };
}

/** @returns the refusal of who shows no token, or one that nobody has. */
export function unauthorized(isTokenGiven: boolean): Response {
  const error = isTokenGiven ? ', error="invalid_token"' : "";
  const headers = { "www-authenticate": `Bearer realm="apidot-queue"${error}` };
  const detail = isTokenGiven
    ? "Nobody has this token."
    : "Send a token of this gateway: Authorization: Bearer <token>.";
  return problem("unauthorized", { headers, detail });
}
