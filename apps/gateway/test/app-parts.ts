import { createHealth, createLogger, Registry } from "@apidot-queue/runtime";
import { CATALOG } from "@apidot-queue/core";
import type { CallbackKeys } from "@apidot-queue/callback";

import { openStreams } from "../src/events/open-streams.ts";
import type { AppOptions } from "../src/app.ts";

/** What the tokens of callbacks are signed with. */
export const CALLBACK_KEYS: CallbackKeys = [{ kid: "test", secret: "a secret for tests" }];

/** What an app needs that stands on nothing: no Redis, no log. */
export function appParts(): Omit<AppOptions, "producer"> {
  const logger = createLogger({ app: "test", level: "silent" });
  const health = createHealth();
  health.markStarted();
  return {
    logger,
    rules: { allowUnknownModels: false, catalog: CATALOG },
    lanes: ["default"],
    health,
    registry: new Registry(),
    surfaces: ["api", "callbacks"],
    tokens: null,
    streams: openStreams(),
    isLocal: true,
    callbacks: {
      keys: CALLBACK_KEYS,
      note: () => Promise.reject(new Error("there is no journal")),
      count: () => undefined,
      logger,
    },
  };
}
