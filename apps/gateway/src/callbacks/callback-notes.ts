import { laneOf } from "@apidot-queue/core";
import { type Journal, type JournalConnection, openJournal } from "@apidot-queue/journal";

import type { DiskWait } from "@apidot-queue/runtime";

import type { CallbackParts } from "./receive-callback.ts";

/** @returns what stores a callback with its generation, in whatever lane that is. */
export function openCallbackNotes(redis: JournalConnection, disk: DiskWait): CallbackParts["note"] {
  // Lanes come out of tokens of our own making: there are no more of them than we ever had.
  const journals = new Map<string, Journal>();
  return async ({ id, attempt }, taskId) => {
    const lane = laneOf(id);
    const journal = journals.get(lane) ?? openJournal(redis, lane);
    journals.set(lane, journal);
    const mark = disk.mark();
    const noted = await journal.noteCallback({ id, attempt, taskId });
    // There is room again once the upstream has denied some of them.
    if (noted === "full") throw new Error("too many tasks of the generation are looked at");
    // The upstream forgets it with the answer. What was known already may be not on disk yet.
    if (noted !== "unknown") await disk.until(mark);
    return noted;
  };
}
