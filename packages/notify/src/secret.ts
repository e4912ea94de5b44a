import { createHmac, randomBytes } from "node:crypto";

/** The part of a Redis client that keeps the secret; both commands touch one key. */
export interface SecretStore {
  setnx(key: string, value: string): Promise<number>;
  get(key: string): Promise<string | null>;
}

/** Where the secret is kept that was made because none was configured. */
const KEPT_NOTIFY_SECRET_KEY = "aq:notify-secret";

/**
 * The secrets of this installation, the newest first. Without a configured one, one is made and kept
 * in Redis by whoever comes first.
 *
 * @param configured - of `NOTIFY_SECRET`; null for none
 */
export async function loadNotifySecrets(
  redis: SecretStore,
  configured: readonly string[] | null,
): Promise<readonly string[]> {
  if (configured !== null && configured.length > 0) return configured;
  await redis.setnx(KEPT_NOTIFY_SECRET_KEY, randomBytes(32).toString("base64url"));
  const kept = await redis.get(KEPT_NOTIFY_SECRET_KEY);
  if (kept === null) throw new Error("the secret of notifications was removed while it was made");
  return [kept];
}

/**
 * The secrets of one tenant, one for each of the installation: who has a tenant's can sign for that
 * tenant alone.
 *
 * @returns in the form of Standard Webhooks, `whsec_` and the base64 of 32 bytes
 */
export function tenantSecrets(secrets: readonly string[], tenant: string): string[] {
  return secrets.map((secret) => {
    const key = createHmac("sha256", secret).update(`notifications of ${tenant}`).digest("base64");
    return `whsec_${key}`;
  });
}
