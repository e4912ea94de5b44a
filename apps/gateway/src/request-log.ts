import { randomUUID } from "node:crypto";

import type { Logger } from "@apidot-queue/runtime";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

import type { GatewayEnv } from "./gateway-env.ts";

const USABLE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Gives each answer a request id, the caller's own where it is usable, and logs one line: the
 * route's pattern instead of its path, never a body, a query or a header.
 */
export function requestLog(logger: Logger): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    const given = c.req.header("x-request-id") ?? "";
    const requestId = USABLE_REQUEST_ID.test(given) ? given : randomUUID();
    c.set("requestId", requestId);
    await next();
    c.res.headers.set("x-request-id", requestId);
    const facts = {
      requestId,
      method: c.req.method,
      path: routePath(c, -1),
      httpStatus: c.res.status,
      durationMs: Math.round(performance.now() - startedAt),
      tenant: c.get("caller")?.tenant,
      generationId: c.get("generationId"),
    };
    logger[c.res.status >= 500 ? "error" : "info"](facts, "request answered");
  };
}
