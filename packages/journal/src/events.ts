import { DEFAULT_TENANT, type Status } from "@apidot-queue/core";

import { toJournalError } from "./journal-error.ts";
import type { LaneAccess } from "./lane-access.ts";
import type { JournalConnection } from "./run-script.ts";

/** A change of one generation, as the lane's event stream tells it. */
export interface LaneEvent {
  /** Position in the stream; reading resumes after it. */
  readonly position: string;
  readonly id: string;
  readonly status: Status;
  readonly version: number;
  /** What happened, by its name in the history; null for an entry of an earlier version. */
  readonly cause: string | null;
  readonly tenant: string;
}

/** @returns the position after the newest event, to follow from. @throws {JournalError} */
export async function eventsEnd(access: LaneAccess): Promise<string> {
  try {
    const newest = await access.redis.xrevrange(`${access.prefix}:events`, "+", "-", "COUNT", 1);
    return newest[0]?.[0] ?? NO_EVENT;
  } catch (error) {
    throw toJournalError(error);
  }
}

/**
 * Waits for events after `position`.
 *
 * @param blocking - a connection of its own: the call occupies it
 * @param waitMs - at most; must stay below the connection's socket timeout
 * @returns the events, oldest first; empty when none came
 * @throws {JournalError}
 */
export async function readEvents(
  access: LaneAccess,
  blocking: JournalConnection,
  position: string,
  waitMs: number,
): Promise<LaneEvent[]> {
  try {
    const streams = await blocking.xread(
      "COUNT",
      500,
      "BLOCK",
      waitMs,
      "STREAMS",
      `${access.prefix}:events`,
      position,
    );
    return eventsOf(access, streams?.[0]?.[1] ?? []);
  } catch (error) {
    throw toJournalError(error);
  }
}

/** @returns the events after `position`, oldest first, without a wait. @throws {JournalError} */
export async function eventsAfter(
  access: LaneAccess,
  position: string,
  limit: number,
): Promise<LaneEvent[]> {
  const key = `${access.prefix}:events`;
  try {
    return eventsOf(access, await access.redis.xrange(key, `(${position}`, "+", "COUNT", limit));
  } catch (error) {
    throw toJournalError(error);
  }
}

/**
 * Whether the event at `position` is still kept, so that none behind it is missing; before the first
 * event there is nothing to miss. @throws {JournalError}
 */
export async function isEventKept(access: LaneAccess, position: string): Promise<boolean> {
  try {
    if (position === NO_EVENT) return await areAllEventsKept(access);
    return (await access.redis.xrange(`${access.prefix}:events`, position, position)).length > 0;
  } catch (error) {
    throw toJournalError(error);
  }
}

/** Servers below 7.0 do not tell; there none counts as missing. */
async function areAllEventsKept({ redis, prefix }: LaneAccess): Promise<boolean> {
  const key = `${prefix}:events`;
  if ((await redis.exists(key)) === 0) return true;
  const flat = (await redis.xinfo("STREAM", key)) as readonly unknown[];
  const numberOf = (name: string): number | null => {
    const at = flat.indexOf(name);
    return at < 0 ? null : Number(flat[at + 1]);
  };
  const added = numberOf("entries-added");
  return added === null || added === numberOf("length");
}

/** The position before the first event. */
const NO_EVENT = "0-0";

function eventsOf(
  { lane }: LaneAccess,
  entries: readonly (readonly [string, readonly string[]])[],
): LaneEvent[] {
  return entries.map(([at, flat]) => {
    // By their names: an entry of an earlier version has fewer.
    const fields = new Map<string, string>();
    for (let n = 0; n < flat.length; n += 2) fields.set(flat[n] ?? "", flat[n + 1] ?? "");
    return {
      position: at,
      id: `${lane}_${fields.get("i") ?? ""}`,
      status: (fields.get("s") ?? "queued") as Status,
      version: Number(fields.get("v")),
      cause: fields.get("c") ?? null,
      tenant: fields.get("t") ?? DEFAULT_TENANT,
    };
  });
}
