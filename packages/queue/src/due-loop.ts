import { Pause } from "./pause.ts";

/** What a claim brings: work that is leased to the caller, and when more will be due. */
export interface Claim<T> {
  readonly items: readonly T[];
  /** Milliseconds until the next item is due, or null when there is none. */
  readonly nextDueMs: number | null;
}

/** How work that is due at a time is taken from the journal. */
export interface DueLoopOptions<T> {
  /** Items at a time. */
  readonly concurrency: number;
  /** The longest pause between two looks: an item that was added meanwhile waits so long. */
  readonly idleMs: number;
  /** Takes at most `limit` due items. */
  readonly claim: (limit: number) => Promise<Claim<T>>;
  /**
   * Handles one item. What it throws is reported; the lease brings the item back.
   *
   * @returns milliseconds until the item is due again, or null when it is over: the loop looks then,
   *   and need not find out by itself
   */
  readonly handle: (item: T) => Promise<number | null>;
  readonly onError: (error: unknown) => void;
  /** Called after each successful claim: the loop's sign of progress. */
  readonly onProgress: () => void;
}

/** A running loop. */
export interface DueLoop {
  /** Claims no more and waits for the items in hand, without a limit of its own. */
  drain(): Promise<void>;
}

/** A failed claim is repeated after this: Redis is away or coming back. */
const CLAIM_RETRY_MS = 500;

/** Starts the loop: claim what is due, never more than can be handled now, then wait for more. */
export function startDueLoop<T>(options: DueLoopOptions<T>): DueLoop {
  const pause = new Pause();
  const inHand = new Set<Promise<void>>();

  const work = async (item: T): Promise<void> => {
    try {
      const dueAgainMs = await options.handle(item);
      if (dueAgainMs !== null) pause.endWithin(dueAgainMs);
    } catch (error) {
      options.onError(error);
    }
  };
  const take = (item: T): void => {
    const done = work(item).finally(() => inHand.delete(done));
    inHand.add(done);
  };
  const run = async (): Promise<void> => {
    while (!pause.isEnded) {
      const room = options.concurrency - inHand.size;
      if (room <= 0) {
        await Promise.race(inHand);
        continue;
      }
      try {
        const { items, nextDueMs } = await options.claim(room);
        options.onProgress();
        items.forEach(take);
        if (items.length < room) {
          await pause.take(Math.min(options.idleMs, Math.max(1, nextDueMs ?? options.idleMs)));
        }
      } catch (error) {
        options.onError(error);
        await pause.take(CLAIM_RETRY_MS);
      }
    }
  };
  const running = run();
  return {
    drain: async () => {
      pause.end();
      await running;
      await Promise.allSettled(inHand);
    },
  };
}
