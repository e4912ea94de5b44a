import { isTerminal, type Status } from "@apidot-queue/core";
import { type Journal, JournalError, type LaneEvent } from "@apidot-queue/journal";

import { type GenerationRecord, toRecord } from "./generation-record.ts";
import type { LaneFollower } from "./lane-follower.ts";

/** A generation as it is, or as it has just become. */
export interface GenerationState {
  readonly record: GenerationRecord;
  /** Rises with each change. */
  readonly version: number;
}

/** What is told of a lane. */
export type LaneNews =
  /** A generation changed. `position` is where to go on from. */
  | {
      readonly kind: "change";
      readonly position: string;
      readonly at: Date;
      readonly id: string;
      readonly status: Status;
      readonly version: number;
      /** What happened: `enqueued`, `accepted`, `finished`, …; null where that was not kept. */
      readonly cause: string | null;
    }
  /** What came between is not kept any more: look at the list again. */
  | { readonly kind: "reset"; readonly position: string };

/** How much of a lane is read at once, and how much waits for a slow reader before it is read anew. */
const BATCH = 500;
/** After a failed read: Redis is away or coming back. */
const RETRY_MS = 500;
/** Events are hints as well: a generation is read again at least this often. */
const READ_AGAIN_MS = 5_000;

/** Wakes whoever waits; a wake-up that nobody waits for is kept for the next. */
class Bell {
  #hasRung = false;
  #wake: () => void = () => undefined;

  ring = (): void => {
    this.#hasRung = true;
    this.#wake();
  };

  /** Resolves at the next ring, or when the time is over. */
  async wait(limitMs?: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = limitMs === undefined ? null : setTimeout(resolve, limitMs);
        this.#wake = () => {
          if (timer !== null) clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasRung = false;
    this.#wake = () => undefined;
  }
}

/**
 * A generation as it is now, and again after each change, up to its end. Changes that follow each
 * other quicker than they are taken are one. An outage of Redis is waited out.
 */
export async function* followGeneration(
  id: string,
  journal: Journal,
  follower: LaneFollower,
  signal: AbortSignal,
): AsyncGenerator<GenerationState, void, undefined> {
  const bell = new Bell();
  const stopWatching = follower.watch(id, bell.ring);
  signal.addEventListener("abort", bell.ring);
  try {
    let told = -1;
    while (!signal.aborted) {
      const stored = await unlessAway(() => journal.get(id));
      // Forgotten behind its retention.
      if (stored === null) return;
      if (stored !== AWAY && stored.generation.version !== told) {
        const { version, status } = stored.generation;
        told = version;
        yield { record: toRecord(stored), version };
        if (isTerminal(status)) return;
      }
      await bell.wait(stored === AWAY ? RETRY_MS : READ_AGAIN_MS);
    }
  } finally {
    stopWatching();
    signal.removeEventListener("abort", bell.ring);
  }
}

/** What a lane is followed with. */
export interface LaneFollowing {
  readonly journal: Journal;
  readonly follower: LaneFollower;
  /** Go on behind this position. */
  readonly after: string;
  readonly isVisible: (event: LaneEvent) => boolean;
  /** Hears up to where all was looked at, told or not. */
  readonly onReached: (position: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The changes of a lane behind a position, none left out and none twice. Those that come while the
 * reader is busy wait here up to a number, beyond which they are read from Redis again: a slow reader
 * costs no memory.
 */
export async function* followLaneEvents(
  following: LaneFollowing,
): AsyncGenerator<LaneNews, void, undefined> {
  const { journal, follower, isVisible, onReached, signal } = following;
  let position = following.after;
  /** Live events behind `position`; null while they are read from Redis instead. */
  let live: LaneEvent[] | null = null;
  let hasMoved = false;
  const bell = new Bell();
  const stopWatching = follower.watchAll((event, previous) => {
    hasMoved = true;
    const end: string = live?.at(-1)?.position ?? position;
    if (event === null || previous !== end || (live?.length ?? 0) >= BATCH) live = null;
    else live?.push(event);
    bell.ring();
  });
  signal.addEventListener("abort", bell.ring);
  try {
    while (!signal.aborted) {
      if (live === null) {
        hasMoved = false;
        const missed = await unlessAway(() => journal.eventsAfter(position, BATCH));
        // Asked afterwards: what is still there now was there when they were read.
        const isKept = await unlessAway(() => journal.isEventKept(position));
        if (isKept === AWAY || missed === AWAY) {
          await bell.wait(RETRY_MS);
          continue;
        }
        if (!isKept) {
          const end = await unlessAway(() => journal.eventsEnd());
          if (end === AWAY) continue;
          position = end;
          onReached(position);
          yield { kind: "reset", position };
          continue;
        }
        for (const event of missed) {
          position = event.position;
          onReached(position);
          if (isVisible(event)) yield newsOf(event);
        }
        // Whatever came meanwhile was not taken down.
        if (missed.length < BATCH && !hasMoved) live = [];
        continue;
      }
      const event: LaneEvent | undefined = live.shift();
      if (event === undefined) {
        await bell.wait();
        continue;
      }
      position = event.position;
      onReached(position);
      if (isVisible(event)) yield newsOf(event);
    }
  } finally {
    stopWatching();
    signal.removeEventListener("abort", bell.ring);
  }
}

function newsOf({ position, id, status, version, cause }: LaneEvent): LaneNews {
  const at = new Date(Number(position.split("-")[0]));
  return { kind: "change", position, at, id, status, version, cause };
}

const AWAY = Symbol("Redis is away");

async function unlessAway<T>(read: () => Promise<T>): Promise<T | typeof AWAY> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JournalError) return AWAY;
    throw error;
  }
}
