import type { Status } from "@apidot-queue/core";

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
}

/** @returns the position after the newest event, to follow from. @throws {JournalError} */
export async function eventsEnd(access: LaneAccess): Promise<string> {
  try {
    const newest = await access.redis.xrevrange(`${access.prefix}:events`, "+", "-", "COUNT", 1);
    return newest[0]?.[0] ?? "0-0";
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
    const entries = streams?.[0]?.[1] ?? [];
    return entries.map(([at, fields]) => ({
      position: at,
      id: `${access.lane}_${fields[1] ?? ""}`,
      status: (fields[3] ?? "queued") as Status,
      version: Number(fields[5]),
    }));
  } catch (error) {
    throw toJournalError(error);
  }
}
