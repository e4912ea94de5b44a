import {
  createOperationsHandler,
  type Health,
  type Logger,
  OPERATIONS_PATHS,
  type Registry,
} from "@apidot-queue/runtime";
import { Hono } from "hono";

import type { GatewayEnv } from "./gateway-env.ts";
import { generationRoutes, type GenerationRoutesOptions } from "./generation-routes.ts";
import { localOnly } from "./local-only.ts";
import { problem } from "./problem.ts";
import { producerProblem } from "./producer-problem.ts";
import { requestLog } from "./request-log.ts";

/** What the gateway's routes stand on. */
export interface AppOptions extends GenerationRoutesOptions {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly health: Health;
}

/** The gateway without a server: every route, guard and problem. */
export function createApp(options: AppOptions): Hono<GatewayEnv> {
  const { logger, registry, health } = options;
  const app = new Hono<GatewayEnv>();
  app.use(requestLog(logger));
  app.use(localOnly);

  const operations = createOperationsHandler({ health, registry });
  for (const path of OPERATIONS_PATHS) {
    app.get(path, async () => {
      const answer = await operations(path);
      if (answer === null) return problem("not_found");
      const { status, contentType, body } = answer;
      return new Response(body, {
        status,
        headers: { "content-type": contentType, "cache-control": "no-store" },
      });
    });
  }
  app.route("/v1/generations", generationRoutes(options));

  const allowed: [string, string][] = [
    ...OPERATIONS_PATHS.map((path): [string, string] => [path, "GET, HEAD"]),
    ["/v1/generations", "POST"],
    ["/v1/generations/:id", "GET, HEAD"],
    ["/v1/generations/:id/cancel", "POST"],
  ];
  for (const [path, allow] of allowed) {
    app.all(path, () => problem("method_not_allowed", { headers: { allow } }));
  }
  app.notFound(() => problem("not_found"));
  app.onError((error) => {
    const known = producerProblem(error);
    if (known !== null) return known;
    logger.error({ error }, "request failed");
    return problem("internal");
  });
  return app;
}
