import type { Caller } from "./access/caller.ts";

/** What a request carries through the gateway. */
export interface GatewayEnv {
  readonly Variables: {
    /** Of the answer and of the log lines about it. */
    requestId: string;
    /** Set by the guard of each call. */
    caller: Caller;
    /** The generation that the request was about, for its log line. */
    generationId?: string;
  };
}
