import { CALLBACK_CALLS } from "./callback-calls.ts";
import { CATALOG_CALLS } from "./catalog-calls.ts";
import type { Call } from "./call.ts";
import { DROP_IN_CALLS } from "./drop-in-calls.ts";
import { DECISION_CALLS } from "./decision-calls.ts";
import { EVENT_CALLS } from "./event-calls.ts";
import { GENERATION_CALLS } from "./generation-calls.ts";
import { LANE_CALLS } from "./lane-calls.ts";
import { NOTIFICATION_CALLS } from "./notification-calls.ts";
import { OPERATIONS_CALLS } from "./operations-calls.ts";

/** Every call of the gateway, in the order of the document. */
export const CALLS = [
  ...GENERATION_CALLS,
  ...EVENT_CALLS,
  ...NOTIFICATION_CALLS,
  ...DECISION_CALLS,
  ...LANE_CALLS,
  ...CATALOG_CALLS,
  ...DROP_IN_CALLS,
  ...CALLBACK_CALLS,
  ...OPERATIONS_CALLS,
] as const satisfies readonly Call[];

/** The name of a call. */
export type CallId = (typeof CALLS)[number]["id"];
