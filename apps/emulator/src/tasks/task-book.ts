import type { Chance } from "../chance.ts";
import type { LifeFault } from "../faults/fault-slot.ts";
import { EndQueue } from "./end-queue.ts";
import type { Task } from "./task.ts";
import { makeTaskId } from "./task-id.ts";
import { planLife } from "./task-life.ts";
import type { RenderTime } from "../models/model.ts";

/** What a submit decides about its task; chance and faults decide the rest. */
export type NewTask = Pick<
  Task,
  "key" | "model" | "promptSha256" | "callbackUrl" | "credits" | "createdAtMs"
> & { readonly renderTime: RenderTime; readonly fault: LifeFault | undefined };

/** Longest sleep of the timer; also the longest delay after a jump of the clock. */
const MAX_SLEEP_MS = 60_000;

/** All tasks, and the end of each at its time whether or not anyone asks. */
export class TaskBook {
  readonly #chance: Chance;
  readonly #speed: number;
  readonly #now: () => number;
  readonly #onEnd: (task: Task) => void;
  readonly #byId = new Map<string, Task>();
  readonly #ends = new EndQueue();
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Infinity;

  /** @param options `onEnd`: called once for each task that ends, in the order of their ends. */
  constructor(options: {
    readonly chance: Chance;
    readonly speed: number;
    readonly now: () => number;
    readonly onEnd: (task: Task) => void;
  }) {
    this.#chance = options.chance;
    this.#speed = options.speed;
    this.#now = options.now;
    this.#onEnd = options.onEnd;
  }

  get(id: string): Task | undefined {
    return this.#byId.get(id);
  }

  create({ renderTime, fault, ...given }: NewTask): Task {
    const ordinal = this.#byId.size;
    const { createdAtMs } = given;
    const life = planLife({
      chance: this.#chance,
      ordinal,
      renderTime,
      speed: this.#speed,
      createdAtMs,
      fault,
    });
    const id = this.#freeId(ordinal, createdAtMs);
    const task: Task = { id, ordinal, ...given, ...life, statusCallCount: 0 };
    this.#byId.set(id, task);
    if (Number.isFinite(task.endsAtMs)) {
      this.#ends.add(task);
      this.#sleep();
    }
    return task;
  }

  /**
   * Ends every task that is due. Asked before every call, so that no answer, balance or ledger is
   * ever behind the clock; the timer is for the times when nobody calls.
   */
  endDue(nowMs: number): void {
    for (;;) {
      const task = this.#ends.takeEnded(nowMs);
      if (task === undefined) return;
      this.#onEnd(task);
    }
  }

  /** Stops the timer. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #sleep(): void {
    const nextEndAtMs = this.#ends.nextEndAtMs;
    if (nextEndAtMs === undefined || nextEndAtMs >= this.#wakesAtMs) return;
    clearTimeout(this.#timer);
    this.#wakesAtMs = nextEndAtMs;
    const sleepMs = Math.max(1, Math.min(nextEndAtMs - this.#now(), MAX_SLEEP_MS));
    this.#timer = setTimeout(() => this.#wake(), sleepMs);
    this.#timer.unref();
  }

  #wake(): void {
    this.#wakesAtMs = Infinity;
    this.endDue(this.#now());
    this.#sleep();
  }

  #freeId(ordinal: number, createdAtMs: number): string {
    for (let round = 0; ; round += 1) {
      const id = makeTaskId(this.#chance, ordinal, createdAtMs, round);
      if (!this.#byId.has(id)) return id;
    }
  }
}
