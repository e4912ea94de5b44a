import type { Exchange } from "@apidot-queue/core";
import { Pool } from "undici";
import type { CallBasis } from "./call-basis.ts";
import { abandonableConnector } from "./connector.ts";
import { httpExchange, MAX_ANSWER_BYTES } from "./http-exchange.ts";
import type { ResolvedOptions } from "./upstream-options.ts";

/** The status calls of one key over a few kept-alive connections. */
export interface StatusCalls {
  readonly get: (taskId: string, signal: AbortSignal | undefined) => Promise<Exchange>;
  /** Ends all connections, also those that are still being made. */
  readonly destroy: () => Promise<void>;
}

/** Status calls are harmless to repeat, so they may share connections. */
export function statusCalls(
  { origin, prefix, headers, connect }: CallBasis,
  options: Pick<ResolvedOptions, "statusTimeoutMs" | "maxStatusConnections">,
): StatusCalls {
  const connector = abandonableConnector(connect);
  const pool = new Pool(origin, {
    connections: options.maxStatusConnections,
    connect: connector.connect,
    maxResponseSize: MAX_ANSWER_BYTES,
    pipelining: 1,
    allowH2: false,
  });
  return {
    get(taskId, signal) {
      const segment = encodeSegment(taskId);
      if (segment === null) {
        return Promise.resolve({ phase: "not_sent", detail: "unusable_task_id" });
      }
      return httpExchange(pool, {
        method: "GET",
        path: `${prefix}/api/generate/status/${segment}`,
        headers,
        reset: false,
        timeoutMs: options.statusTimeoutMs,
        signal,
        phaseBy: "request_start",
      });
    },
    async destroy() {
      connector.abandon();
      await pool.destroy();
    },
  };
}

/** An id that is no path segment (empty, dots, half a character) would ask for something else. */
function encodeSegment(taskId: string): string | null {
  if (taskId === "" || taskId === "." || taskId === "..") return null;
  try {
    return encodeURIComponent(taskId);
  } catch {
    // A lone surrogate has no encoding.
    return null;
  }
}
