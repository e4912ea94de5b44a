import { randomBytes } from "node:crypto";

/** A key that signs and checks callback tokens. */
export interface CallbackKey {
  /** Its name; it stands in the tokens. */
  readonly kid: string;
  readonly secret: string;
}

/** The keys of an installation: the first one signs, all of them check. */
export type CallbackKeys = readonly [CallbackKey, ...CallbackKey[]];

/** The part of a Redis client that keeps the secret; both commands touch one key. */
export interface SecretStore {
  setnx(key: string, value: string): Promise<number>;
  get(key: string): Promise<string | null>;
}

/** Where the secret is kept that was made because none was configured. */
export const KEPT_SECRET_KEY = "aq:callback-secret";

/** The name of that key; no configured one may have it. */
const KEPT_KID = "kept";

/**
 * The keys of this installation. Without configured ones, one is made and kept in Redis by whoever
 * comes first. One that was kept goes on checking behind configured ones: tokens that it signed are
 * out for a week.
 *
 * @param configured - of `CALLBACK_SECRETS`, the signing one first; null for none
 */
export async function loadCallbackKeys(
  redis: SecretStore,
  configured: readonly CallbackKey[] | null,
): Promise<CallbackKeys> {
  const [first, ...others] = configured ?? [];
  if (first === undefined) {
    await redis.setnx(KEPT_SECRET_KEY, randomBytes(32).toString("base64url"));
  }
  const secret = await redis.get(KEPT_SECRET_KEY);
  const kept = secret === null ? [] : [{ kid: KEPT_KID, secret }];
  if (first !== undefined) return [first, ...others, ...kept];
  const [made] = kept;
  if (made === undefined) throw new Error("the secret of callbacks was removed while it was made");
  return [made];
}
