import { Cluster, type Redis } from "ioredis";

import type { RedisConnection } from "./connect-redis.ts";
import { type DiskWait, NO_DISK_WAIT, openDiskWait } from "./disk-wait.ts";

/**
 * What an acknowledged write survives. `always`: the server's own fsync comes before its answer.
 * `waitaof`: it can be waited for. `none`: a loss of power, or with the append-only file off any crash, may take it.
 */
type Durability = "always" | "waitaof" | "none";

/** Asks a ready connection. On a cluster every master must sync always: a wait is of one server. */
async function durabilityOf(redis: RedisConnection): Promise<Durability> {
  if (!(redis instanceof Cluster)) return durabilityOfServer(redis);
  const levels = await Promise.all(redis.nodes("master").map(durabilityOfServer));
  return levels.length > 0 && levels.every((level) => level === "always") ? "always" : "none";
}

async function durabilityOfServer(redis: Redis): Promise<Durability> {
  const info = await redis.info("persistence");
  if (!/^aof_enabled:1\r?$/m.test(info)) return "none";
  const appendFsync = await settingOf(redis, "appendfsync");
  // It lets a rewrite of the file, minutes long, go before all syncs, those of `always` as well.
  const yields = (await settingOf(redis, "no-appendfsync-on-rewrite")) === "yes";
  if (appendFsync === "always" && !yields) return "always";
  // Where nothing is synced by the server a wait for it would never end.
  if (appendFsync === "no") return "none";
  return (await knows(redis, "waitaof")) ? "waitaof" : "none";
}

/** Managed services forbid CONFIG: null then. */
async function settingOf(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer: unknown = await redis.config("GET", name);
    const value: unknown = Array.isArray(answer) ? answer[1] : null;
    return typeof value === "string" ? value : null;
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return null;
    throw error;
  }
}

async function knows(redis: Redis, command: string): Promise<boolean> {
  try {
    const answer: unknown = await redis.call("COMMAND", "INFO", command);
    return Array.isArray(answer) && answer[0] !== null;
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return false;
    throw error;
  }
}

/** `DURABILITY`: whether to wait for the disk before anything is acknowledged or sent. */
export type DurabilityMode = "strict" | "auto" | "relaxed";

/** What `strict` lacks, and what mends it. */
export const STRICT_NEEDS =
  "strict needs a Redis that keeps what it acknowledges: run redis-cli CONFIG SET appendfsync always (and no-appendfsync-on-rewrite no), or use a server with WAITAOF (Redis 7.2 or newer, any Valkey; not a cluster), with the append-only file on";

/**
 * The wait that a mode asks for: `auto` waits where the server can. Where it syncs before each answer
 * nothing has to be waited for.
 *
 * @returns null for `strict` on a server that can do neither
 */
export async function diskWaitFor(
  redis: RedisConnection,
  mode: DurabilityMode,
): Promise<DiskWait | null> {
  if (mode === "relaxed") return NO_DISK_WAIT;
  const level = await durabilityOf(redis);
  if (level === "always") return NO_DISK_WAIT;
  const disk = level === "waitaof" && !(redis instanceof Cluster) ? await tried(redis) : null;
  return disk ?? (mode === "strict" ? null : NO_DISK_WAIT);
}

/** A server may know the command and forbid it: better found out now than before each submit. */
async function tried(redis: Redis): Promise<DiskWait | null> {
  const disk = await openDiskWait(redis);
  try {
    await disk.until(disk.mark());
    return disk;
  } catch {
    disk.close();
    return null;
  }
}
