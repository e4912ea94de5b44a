import { isTerminal, type Status } from "@apidot-queue/core";
import type { Journal, JournalConnection } from "@apidot-queue/journal";

/** One change of one generation. */
export interface DemoChange {
  readonly id: string;
  readonly status: Status;
}

/**
 * Calls back for every change of the given generations, from the lane's event stream, until all of
 * them are settled or held.
 *
 * @param position - where the stream ended before the first of them was enqueued
 */
export async function followUntilSettled(
  journal: Journal,
  blocking: JournalConnection,
  position: string,
  ids: ReadonlySet<string>,
  onChange: (change: DemoChange) => void,
): Promise<void> {
  const open = new Set(ids);
  let at = position;
  while (open.size > 0) {
    for (const event of await journal.readEvents(blocking, at, 1_000)) {
      at = event.position;
      if (!ids.has(event.id)) continue;
      onChange({ id: event.id, status: event.status });
      if (isTerminal(event.status) || event.status === "held") open.delete(event.id);
    }
  }
}
