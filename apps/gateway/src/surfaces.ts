import type { Surface } from "@apidot-queue/runtime";

import type { Call } from "./calls/call.ts";

/** Which calls a gateway answers, and which of them only a local caller may make. */
export interface ServedCalls<C> {
  /** By anybody who reaches it. */
  readonly open: readonly C[];
  /** Behind the guard of a gateway without tokens. */
  readonly guarded: readonly C[];
}

const HEALTH: ReadonlySet<string> = new Set(["health", "readiness"]);

/**
 * Callbacks prove themselves and are open. A gateway that exposes them alone may stand in public: it
 * answers health besides, to anybody, and metrics only where nobody but this machine reaches it.
 */
export function servedCalls<C extends Call>(
  calls: readonly C[],
  surfaces: readonly Surface[],
  isLocal: boolean,
): ServedCalls<C> {
  const hasCallbacks = surfaces.includes("callbacks");
  const callbacks = calls.filter(({ surface }) => surface === "callbacks" && hasCallbacks);
  const others = calls.filter(({ surface }) => surface !== "callbacks");
  if (surfaces.includes("api")) return { open: callbacks, guarded: others };
  return {
    open: [...callbacks, ...others.filter(({ id }) => HEALTH.has(id))],
    guarded: others.filter(({ id }) => id === "metrics" && isLocal),
  };
}
