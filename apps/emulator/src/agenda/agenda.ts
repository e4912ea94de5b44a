import { DueQueue } from "./due-queue.ts";

/** Longest sleep of the timer; also the longest delay after a jump of the clock. */
const MAX_SLEEP_MS = 60_000;

/**
 * What is to be done, each at its time. It is asked before every call, so that nothing is behind
 * the clock; its timer is for the times when nobody calls.
 */
export class Agenda<T> {
  readonly #now: () => number;
  readonly #onDue: (item: T) => void;
  readonly #queue = new DueQueue<T>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Infinity;
  #isClosed = false;

  /** @param options `onDue`: called once for each item, in the order of their times. */
  constructor(options: { readonly now: () => number; readonly onDue: (item: T) => void }) {
    this.#now = options.now;
    this.#onDue = options.onDue;
  }

  /** Puts an item down for `atMs`, in ms since the epoch; an infinite time is never. */
  add(atMs: number, item: T): void {
    if (this.#isClosed || !Number.isFinite(atMs)) return;
    this.#queue.add(atMs, item);
    this.#sleep();
  }

  /** Does everything that is due. */
  runDue(nowMs: number): void {
    for (;;) {
      const due = this.#queue.takeDue(nowMs);
      if (due.length === 0) return;
      this.#onDue(due[0]);
    }
  }

  /** Stops the timer, and takes nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #sleep(): void {
    const { nextAtMs } = this.#queue;
    if (this.#isClosed || nextAtMs === undefined || nextAtMs >= this.#wakesAtMs) return;
    clearTimeout(this.#timer);
    this.#wakesAtMs = nextAtMs;
    const sleepMs = Math.max(1, Math.min(nextAtMs - this.#now(), MAX_SLEEP_MS));
    this.#timer = setTimeout(() => this.#wake(), sleepMs);
    this.#timer.unref();
  }

  #wake(): void {
    this.#wakesAtMs = Infinity;
    this.runDue(this.#now());
    this.#sleep();
  }
}
