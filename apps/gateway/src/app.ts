import type { Logger } from "@apidot-queue/runtime";
import { Hono } from "hono";

import { answerCall } from "./answer-call.ts";
import { answerHeaders } from "./answer-headers.ts";
import { CALLS } from "./calls/calls.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { type HandlerParts, handlersOf } from "./handlers/handlers.ts";
import { localOnly } from "./local-only.ts";
import { problem } from "./problem.ts";
import { producerProblem } from "./producer-problem.ts";
import { requestLog } from "./request-log.ts";

/** What the gateway's calls stand on. */
export interface AppOptions extends HandlerParts {
  readonly logger: Logger;
}

/** The gateway without a server: every call, guard and problem. */
export function createApp(options: AppOptions): Hono<GatewayEnv> {
  const { logger } = options;
  const app = new Hono<GatewayEnv>();
  app.use(requestLog(logger));
  app.use(answerHeaders);
  app.use(localOnly);

  const handlers = handlersOf(options);
  const methodsOf = new Map<string, string[]>();
  for (const call of CALLS) {
    const path = call.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app[call.method](path, answerCall(call, handlers[call.id]));
    const methods = call.method === "get" ? ["GET", "HEAD"] : ["POST"];
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), ...methods]);
  }
  for (const [path, methods] of methodsOf) {
    const headers = { allow: methods.join(", ") };
    app.all(path, () => problem("method_not_allowed", { headers }));
  }
  app.notFound(() => problem("not_found"));
  app.onError((error, c) => {
    const known = producerProblem(error);
    if (known !== null) return known;
    logger.error({ requestId: c.get("requestId"), error }, "request failed");
    return problem("internal");
  });
  return app;
}
