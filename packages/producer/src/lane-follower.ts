import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import type { Journal, JournalConnection, LaneEvent } from "@apidot-queue/journal";

/** Tells when a generation of the lane may have changed. */
export interface LaneFollower {
  /** Calls back after each change of `id`, and after a gap in which changes may have been missed. */
  watch(id: string, onChange: () => void): () => void;
  /**
   * Calls back with each event of the lane and the position before it, and with null after a gap in
   * which events may have been missed.
   */
  watchAll(onEvent: (event: LaneEvent | null, previous: string) => void): () => void;
  /** Stops following. The connection is closed with it. */
  close(): Promise<void>;
}

/** One blocking read; stays below the socket timeout of the connection. */
const READ_MS = 5_000;
/** Events that one read gives at most. */
const FULL_READ = 500;
/** After a failed read: Redis is away or coming back. */
const RETRY_MS = 500;
/** Generation ids are never this word. */
const GAP = "gap";
const ANY = "any";

/**
 * Follows a lane's event stream for everybody in this process who waits: one connection, one
 * blocking read, however many wait.
 *
 * @param blocking - a connection of its own, owned by the follower
 */
export function followLane(journal: Journal, blocking: JournalConnection): LaneFollower {
  const changes = new EventEmitter().setMaxListeners(0);
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    let position: string | null = null;
    while (!stopping.signal.aborted) {
      try {
        if (position === null) {
          position = await journal.eventsEnd();
          changes.emit(GAP);
          changes.emit(ANY, null, position);
        }
        const events = await journal.readEvents(blocking, position, READ_MS);
        // So far behind, what came next may have been gone before it was read.
        if (events.length >= FULL_READ && !(await journal.isEventKept(position))) {
          position = null;
          continue;
        }
        for (const event of events) {
          const previous: string = position;
          position = event.position;
          changes.emit(event.id);
          changes.emit(ANY, event, previous);
        }
      } catch {
        // Whatever was missed meanwhile is found by reading the records again.
        position = null;
        await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const running = run();
  return {
    watch: (id, onChange) => {
      changes.on(id, onChange);
      changes.on(GAP, onChange);
      return () => {
        changes.off(id, onChange);
        changes.off(GAP, onChange);
      };
    },
    watchAll: (onEvent) => {
      changes.on(ANY, onEvent);
      return () => changes.off(ANY, onEvent);
    },
    close: async () => {
      stopping.abort();
      // Between two tries to reconnect the client is ended without an answer to what it holds back:
      // nobody could wait for that, and nothing comes of it.
      const isAnswered = blocking.status !== "reconnecting";
      blocking.disconnect();
      if (isAnswered) await running;
    },
  };
}
