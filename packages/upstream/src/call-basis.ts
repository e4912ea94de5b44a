import type { buildConnector } from "undici";
import type { BaseUrl } from "./base-url.ts";

/** What all calls of one upstream key share. */
export interface CallBasis extends BaseUrl {
  readonly headers: Readonly<Record<string, string>>;
  readonly connect: buildConnector.connector;
}
