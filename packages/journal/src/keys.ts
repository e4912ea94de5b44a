import { createHash } from "node:crypto";

/**
 * The prefix of everything that belongs to a lane: journal and queues alike. The braces make all
 * of it share one slot of a Redis Cluster, so that one script can touch any of it.
 */
export function lanePrefix(lane: string): string {
  return `{aq.${lane}}`;
}

/**
 * A user's name in the time indexes. Only the tenant is encoded: no character of a user can end the
 * tenant then, and a user's index is easy to find by hand.
 */
export function userIndex(tenant: string, userId: string): string {
  return `${encodeURIComponent(tenant)}/${userId}`;
}

/** The set of lanes that ever stored a generation. */
export const LANES_KEY = "aq:lanes";

/**
 * How long an idempotency key lives at least, milliseconds: as long as its record, and never less
 * than this. One whose enqueue stored nothing lives exactly as long.
 */
export const MIN_KEY_LIFE_MS = 30 * 24 * 3_600_000;

/** The key that holds one idempotency key of a tenant; the caller's key is stored as a digest. */
export function idempotencyKey(tenant: string, key: string): string {
  return `{aq.idem}:${tenant}:${createHash("sha256").update(key).digest("base64url")}`;
}
