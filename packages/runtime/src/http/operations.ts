import type { Registry } from "prom-client";

import type { Health } from "./health.ts";

/** What one of the operations paths answers; any HTTP server can send it. */
export interface OperationsAnswer {
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** @returns the answer for a path without its query; null for a path that is not one of the three. */
export type OperationsHandler = (path: string) => Promise<OperationsAnswer | null>;

/** `/healthz`, `/readyz` and `/metrics`, apart from any server. */
export function createOperationsHandler(parts: {
  readonly health: Health;
  readonly registry: Registry;
}): OperationsHandler {
  const { health, registry } = parts;
  return async (path) => {
    switch (path) {
      case "/healthz": {
        const report = health.health();
        return json(report, report.status === "ok");
      }
      case "/readyz": {
        const report = await health.readiness();
        return json(report, report.status === "ready");
      }
      case "/metrics":
        return {
          status: 200,
          contentType: registry.contentType,
          body: await registry.metrics(),
        };
      default:
        return null;
    }
  };
}

function json(report: object, isGood: boolean): OperationsAnswer {
  return {
    status: isGood ? 200 : 503,
    contentType: "application/json; charset=utf-8",
    body: `${JSON.stringify(report)}\n`,
  };
}
