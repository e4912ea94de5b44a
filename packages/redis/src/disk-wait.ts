import type { Redis } from "ioredis";

/** A moment before a write, on the connection that waits for the disk. */
export type DiskMark = number;

/** Waits until what a server has acknowledged is on its disk. */
export interface DiskWait {
  /** Take it before the write: a server that was started anew since then may have lost it. */
  mark(): DiskMark;
  /**
   * Resolves once everything that was acknowledged before this call is on disk.
   *
   * @throws {NotDurableError} when that is not known: in time, or at all
   */
  until(mark: DiskMark): Promise<void>;
  close(): void;
}

/** Whether a write is on disk stayed unknown. */
export class NotDurableError extends Error {
  override readonly name = "NotDurableError";
}

/** Where nothing has to be waited for, or nothing can be. */
export const NO_DISK_WAIT: DiskWait = {
  mark: () => 0,
  until: () => Promise.resolve(),
  close: () => undefined,
};

/** Many times what a disk needs; less than any caller's patience. */
const DEFAULT_LIMIT_MS = 1_500;
/** Beyond it the server itself is silent. */
const ANSWER_MARGIN_MS = 500;
/** Counts the rounds: only that it was written last matters. */
const ROUND_KEY = "aq:disk-rounds";
/**
 * `WAITAOF` speaks of the writes of its own connection alone: on one that has written nothing it
 * answers at once, whatever others have written. So each round writes a little itself. A full Redis
 * must not refuse that: what is waited for may be the id of a paid task.
 */
const WRITE = "#!lua flags=allow-oom\nreturn redis.call('INCR', KEYS[1])";
/**
 * Pauses between two questions, milliseconds; each is twice the last. The blocking form of `WAITAOF`
 * would do without, and a server that has nothing else to do wakes up for its answer ten times a
 * second only.
 */
const PAUSE_MS = { first: 1, longest: 25 };

/** How long the first connection may take; without it the first waits fail. */
const FIRST_CONNECT_MS = 5_000;

/**
 * Opens a wait over a connection of its own, since a wait blocks the one that it runs on. Rounds are
 * shared: whoever comes while one is under way joins the next, which begins after their write.
 *
 * @param redis - the server; what is opened here is a duplicate of it
 */
export async function openDiskWait(
  redis: Redis,
  limitMs: number = DEFAULT_LIMIT_MS,
): Promise<DiskWait> {
  const own = redis.duplicate({
    connectionName: "disk-wait",
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: limitMs + ANSWER_MARGIN_MS,
  });
  own.on("error", () => undefined);
  // Raised whenever the connection ends, and when it is back: what was written before may be gone with
  // the server, and so may what was written in between.
  let changes = 0;
  own.on("close", () => (changes += 1));
  own.on("ready", () => (changes += 1));
  await firstReady(own);
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;

  const isOnDisk = async (): Promise<boolean> => {
    // With nothing demanded it answers at once, with how many disks have it.
    const counts: unknown = await own.call("WAITAOF", "0", "0", "0");
    return Array.isArray(counts) && Number(counts[0]) >= 1;
  };
  const wait = async (): Promise<void> => {
    const startedAt = performance.now();
    await own.eval(WRITE, 1, ROUND_KEY);
    let pauseMs = PAUSE_MS.first;
    while (!(await isOnDisk())) {
      if (performance.now() - startedAt >= limitMs) {
        throw new NotDurableError("the disk did not follow in time");
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest);
    }
  };
  const join = (): Promise<void> => {
    if (next !== null) return next;
    const before = running.catch(() => undefined);
    const round: Promise<void> = before.then(() => {
      running = round;
      next = null;
      return wait();
    });
    next = round;
    return round;
  };
  return {
    mark: () => changes,
    until: async (mark) => {
      try {
        await join();
      } catch (error) {
        if (error instanceof NotDurableError) throw error;
        throw new NotDurableError("the server did not tell", { cause: error });
      }
      if (mark !== changes) throw new NotDurableError("the connection was lost meanwhile");
    },
    close: () => own.disconnect(),
  };
}

function firstReady(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FIRST_CONNECT_MS);
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
