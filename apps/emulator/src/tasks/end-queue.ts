import type { Task } from "./task.ts";

/** Tasks that will end, soonest first: a binary heap, so that no step looks at all of them. */
export class EndQueue {
  readonly #heap: Task[] = [];

  /** @returns when the next task ends, undefined when none will. */
  get nextEndAtMs(): number | undefined {
    return this.#heap[0]?.endsAtMs;
  }

  add(task: Task): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(task);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, task)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = task;
  }

  /** Takes out the next task that has ended by `nowMs`; undefined when there is none. */
  takeEnded(nowMs: number): Task | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.endsAtMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  #sink(task: Task): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRightSooner = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRightSooner ? right : left;
      if (child === undefined || isBefore(task, child)) break;
      heap[index] = child;
      index = 2 * index + (isRightSooner ? 2 : 1);
    }
    heap[index] = task;
  }
}

/** Tasks that end in the same millisecond settle in the order in which they were accepted. */
function isBefore(a: Task, b: Task): boolean {
  return a.endsAtMs === b.endsAtMs ? a.ordinal < b.ordinal : a.endsAtMs < b.endsAtMs;
}
