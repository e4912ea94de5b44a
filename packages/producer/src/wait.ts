import { isTerminal } from "@apidot-queue/core";
import { type Journal, JournalError } from "@apidot-queue/journal";

import { type GenerationRecord, toRecord } from "./generation-record.ts";
import type { LaneFollower } from "./lane-follower.ts";
import { UnknownGenerationError, WaitTimeoutError } from "./producer-error.ts";

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds; without it the wait has no end of its own. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a timer can hold: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Events are hints as well: the record is read again at least this often. */
const READ_AGAIN_MS = 5_000;

/**
 * Waits until a generation is settled or held.
 *
 * @throws {WaitTimeoutError} the time is up; the generation goes on.
 * @throws {UnknownGenerationError}
 */
export async function waitForEnd(
  id: string,
  journal: Journal,
  follower: LaneFollower,
  options: WaitOptions,
): Promise<GenerationRecord> {
  const { signal, timeoutMs } = options;
  const timeout =
    timeoutMs === undefined ? null : AbortSignal.timeout(Math.min(timeoutMs, LONGEST_TIMER_MS));
  let wakeUp: () => void = () => undefined;
  let changed = false;
  const onChange = (): void => {
    changed = true;
    wakeUp();
  };
  const stopWatching = follower.watch(id, onChange);
  const readAgain = setInterval(onChange, READ_AGAIN_MS);
  timeout?.addEventListener("abort", onChange);
  signal?.addEventListener("abort", onChange);
  try {
    for (;;) {
      changed = false;
      signal?.throwIfAborted();
      const status = await look(id, journal);
      if (typeof status !== "string") return status;
      signal?.throwIfAborted();
      if (timeout?.aborted === true) throw new WaitTimeoutError(id, status);
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        // A change between the read and here must not be slept through.
        if (changed) resolve();
      });
    }
  } finally {
    stopWatching();
    clearInterval(readAgain);
    timeout?.removeEventListener("abort", onChange);
    signal?.removeEventListener("abort", onChange);
  }
}

/** @returns the record when the wait is over, else the status; an outage is waited out. */
async function look(id: string, journal: Journal): Promise<GenerationRecord | string> {
  let stored;
  try {
    stored = await journal.get(id);
  } catch (error) {
    if (error instanceof JournalError) return "out of sight (Redis is away)";
    throw error;
  }
  if (stored === null) throw new UnknownGenerationError(id);
  const { status } = stored.generation;
  return isTerminal(status) || status === "held" ? toRecord(stored) : status;
}
