import type { Cluster, Redis } from "ioredis";

import { withJournalErrors } from "./journal-error.ts";

/**
 * What the server may throw away when its memory is full: `noeviction`, or what is wrong.
 *
 * @param info - the text of `INFO memory`
 * @returns the policy, or null where the server does not tell it
 */
export function evictionPolicyOf(info: string): string | null {
  return /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? null;
}

/** @returns the policy of the server behind a connection, or null. @throws {JournalError} */
export function readEvictionPolicy(redis: Redis | Cluster): Promise<string | null> {
  return withJournalErrors(async () => evictionPolicyOf(await redis.info("memory")));
}
