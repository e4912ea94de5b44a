import { type HistoryEntry, ulidOf } from "@apidot-queue/core";

import { readHistory } from "./history.ts";
import { type LaneAccess, textAt } from "./lane-access.ts";
import { recordOf } from "./list.ts";
import type { Reply } from "./run-script.ts";
import { type StoredGeneration, toStored } from "./stored-generation.ts";

/** How a generation came to be where it is, read at one moment. */
export interface StoredFlight {
  /** The journal's clock at that moment, milliseconds since the epoch. */
  readonly now: number;
  /** Without the request and the caller's options: an explanation must not tell them. */
  readonly stored: Omit<StoredGeneration, "request" | "options" | "files">;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  /** What people said when they decided, the first one first. */
  readonly reasons: readonly string[];
  /** By when somebody looks at it again; the next poll of one that runs. Null when it is settled. */
  readonly lookAt: number | null;
}

/** @returns the flight, or null when the lane does not know the id. @throws {JournalError} */
export async function readFlight(access: LaneAccess, id: string): Promise<StoredFlight | null> {
  const reply = await access.run("flight", ulidOf(id));
  if (reply.length === 0) return null;
  const record = recordOf(reply[1]);
  const message = textAt(reply, 2);
  const lookAt = textAt(reply, 5);
  return {
    now: Number(textAt(reply, 0)),
    stored: toStored(id, access.lane, {
      record,
      request: null,
      options: null,
      files: null,
      message: message === "" ? null : message,
    }),
    history: readHistory(record, textsOf(reply[3])),
    reasons: textsOf(reply[4]),
    lookAt: lookAt === "" ? null : Number(lookAt),
  };
}

function textsOf(reply: Reply[number] | undefined): string[] {
  return reply === undefined || typeof reply === "string" ? [] : reply.map(String);
}
