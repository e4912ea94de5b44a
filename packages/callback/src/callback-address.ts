import type { CallbackKeys } from "./callback-keys.ts";
import { type CallbackSubject, callbackToken } from "./callback-token.ts";

/** The path below which the gateway takes callbacks. */
export const CALLBACK_PATH = "/callbacks/";

/** Says where the upstream is to report the end of an attempt's task. */
export type CallbackAddress = (subject: CallbackSubject) => string;

/**
 * @param publicUrl - where the upstream reaches the gateway; a path in it is kept
 * @returns addresses of this moment; each is a secret of its generation
 */
export function callbackAddress(publicUrl: string, keys: CallbackKeys): CallbackAddress {
  const root = publicUrl.replace(/\/+$/, "");
  return (subject) => `${root}${CALLBACK_PATH}${callbackToken(subject, keys, Date.now())}`;
}
