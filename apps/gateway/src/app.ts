import { CALLBACK_PATH } from "@apidot-queue/callback";
import type { Logger, Surface } from "@apidot-queue/runtime";
import { Hono } from "hono";

import { type GuardParts, guards } from "./access/guard.ts";
import { answerCall } from "./answer-call.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { Call } from "./calls/call.ts";
import { CALLS } from "./calls/calls.ts";
import { answerAsUpstream, DROP_IN_PATHS } from "./drop-in/envelope.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { type HandlerParts, handlersOf } from "./handlers/handlers.ts";
import { localOnly } from "./local-only.ts";
import { problem } from "./problem.ts";
import { producerProblem } from "./producer-problem.ts";
import { requestLog } from "./request-log.ts";
import { servedCalls } from "./surfaces.ts";

/** What the gateway's calls stand on. */
export interface AppOptions extends HandlerParts, GuardParts {
  readonly logger: Logger;
  readonly surfaces: readonly Surface[];
}

/** The gateway without a server: every call, guard and problem. */
export function createApp(options: AppOptions): Hono<GatewayEnv> {
  const { logger, surfaces, tokens } = options;
  const app = new Hono<GatewayEnv>();
  app.use(requestLog(logger));
  app.use(answerHeaders);
  app.use(DROP_IN_PATHS, answerAsUpstream);

  const handlers = handlersOf(options);
  const guardOf = guards(options);
  const serve = (calls: readonly (typeof CALLS)[number][]): void => {
    for (const call of calls) {
      const refuse = guardOf(call);
      const answer = answerCall(call, handlers[call.id]);
      app[call.method](pathOf(call), (c) => refuse(c) ?? answer(c));
    }
  };
  const { open, guarded } = servedCalls(CALLS, surfaces, options);
  serve(open);
  // Whatever else is asked below that path is answered like a forged token.
  app.all(`${CALLBACK_PATH}*`, () => problem("not_found"));
  const localPaths = surfaces.includes("api") ? ["*"] : guarded.map(pathOf);
  if (tokens === null) for (const path of localPaths) app.use(path, localOnly);
  serve(guarded);
  for (const [path, methods] of methodsOf([...open, ...guarded])) {
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

function pathOf({ path }: Call): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** The methods of each path, as `Allow` lists them. */
function methodsOf(calls: readonly Call[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, readonly string[]>();
  for (const call of calls) {
    const own = call.method === "get" ? ["GET", "HEAD"] : ["POST"];
    methods.set(pathOf(call), [...(methods.get(pathOf(call)) ?? []), ...own]);
  }
  return methods;
}
