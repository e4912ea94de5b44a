import type { Surface } from "@apidot-queue/runtime";

import type { GuardParts } from "./access/guard.ts";
import type { Call } from "./calls/call.ts";

/** Which calls a gateway answers, and to whom. */
export interface ServedCalls<C> {
  /** By anybody who reaches it. */
  readonly open: readonly C[];
  /** By whoever has a token; without tokens, by programs of this machine. */
  readonly guarded: readonly C[];
}

const HEALTH: ReadonlySet<string> = new Set(["health", "readiness"]);

/**
 * Callbacks prove themselves and are open. A gateway that exposes them alone may stand in public: it
 * answers health besides, to anybody, and metrics to who has a token or where nobody but this machine
 * reaches it.
 */
export function servedCalls<C extends Call>(
  calls: readonly C[],
  surfaces: readonly Surface[],
  { tokens, isLocal }: Pick<GuardParts, "tokens" | "isLocal">,
): ServedCalls<C> {
  const hasCallbacks = surfaces.includes("callbacks");
  const callbacks = calls.filter(({ surface }) => surface === "callbacks" && hasCallbacks);
  const others = calls.filter(({ surface }) => surface !== "callbacks");
  if (surfaces.includes("api")) return { open: callbacks, guarded: others };
  const hasMetrics = isLocal || tokens !== null;
  return {
    open: [...callbacks, ...others.filter(({ id }) => HEALTH.has(id))],
    guarded: others.filter(({ id }) => id === "metrics" && hasMetrics),
  };
}
