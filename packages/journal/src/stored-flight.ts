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
  /** Of one that runs: null while status calls are refused, because it stands still then. */
  readonly deadlineAt: number | null;
  /**
   * A look that comes before anything is sent, or that may still make a success of a failure; `until`
   * is null where nothing else ends the wait.
   */
  readonly awaitedLook: { readonly until: number | null } | null;
}

/** @returns the flight, or null when the lane does not know the id. @throws {JournalError} */
export async function readFlight(access: LaneAccess, id: string): Promise<StoredFlight | null> {
  const reply = await access.run("flight", ulidOf(id));
  if (reply.length === 0) return null;
  const record = recordOf(reply[1]);
  const message = textAt(reply, 2);
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
    lookAt: timeAt(reply, 5),
    deadlineAt: timeAt(reply, 6),
    awaitedLook: textAt(reply, 7) === "" ? null : { until: timeAt(reply, 8) },
  };
}

function timeAt(reply: Reply, at: number): number | null {
  const text = textAt(reply, at);
  return text === "" ? null : Number(text);
}

function textsOf(reply: Reply[number] | undefined): string[] {
  return reply === undefined || typeof reply === "string" ? [] : reply.map(String);
}
