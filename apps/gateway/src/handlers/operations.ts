import { createOperationsHandler } from "@apidot-queue/runtime";

import type { Handler } from "../answer-call.ts";
import { problem } from "../problem.ts";
import type { HandlerParts } from "./handlers.ts";

/** `/healthz`, `/readyz` and `/metrics` */
export function operations(
  parts: HandlerParts,
): Readonly<Record<"health" | "readiness" | "metrics", Handler>> {
  const operationsOf = createOperationsHandler(parts);
  const handlerOf =
    (path: string): Handler =>
    () =>
    async () => {
      const answer = await operationsOf(path);
      if (answer === null) return problem("not_found");
      const { status, contentType, body } = answer;
      return new Response(body, { status, headers: { "content-type": contentType } });
    };
  return {
    health: handlerOf("/healthz"),
    readiness: handlerOf("/readyz"),
    metrics: handlerOf("/metrics"),
  };
}
