interface Due<T> {
  readonly atMs: number;
  readonly order: number;
  readonly item: T;
}

/** Items that fall due at a time, soonest first: a binary heap, so that no step looks at all of them. */
export class DueQueue<T> {
  readonly #heap: Due<T>[] = [];
  #addedCount = 0;

  /** @returns when the next item is due, in ms since the epoch; undefined when there is none. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Adds an item that is due at `atMs`. */
  add(atMs: number, item: T): void {
    const due: Due<T> = { atMs, order: this.#addedCount, item };
    this.#addedCount += 1;
    const heap = this.#heap;
    let index = heap.length;
    heap.push(due);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, due)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = due;
  }

  /** Takes out the next item that is due by `nowMs`, in a list of one; an empty list when there is none. */
  takeDue(nowMs: number): readonly [T] | readonly [] {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return [];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return [first.item];
  }

  #sink(due: Due<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRightSooner = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRightSooner ? right : left;
      if (child === undefined || isBefore(due, child)) break;
      heap[index] = child;
      index = 2 * index + (isRightSooner ? 2 : 1);
    }
    heap[index] = due;
  }
}

/** What is due in the same millisecond comes out in the order in which it was added. */
function isBefore<T>(a: Due<T>, b: Due<T>): boolean {
  return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;
}
