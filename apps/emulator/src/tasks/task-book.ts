import { Agenda } from "../agenda/agenda.ts";
import type { Chance } from "../chance.ts";
import type { LifeFault } from "../faults/fault-slot.ts";
import type { RenderTime } from "../models/model.ts";
import type { Task } from "./task.ts";
import { makeTaskId } from "./task-id.ts";
import { planLife } from "./task-life.ts";

/** What a submit decides about its task; chance and faults decide the rest. */
export type NewTask = Pick<
  Task,
  | "key"
  | "model"
  | "promptSha256"
  | "callbackUrl"
  | "filesOrigin"
  | "isEarly"
  | "credits"
  | "createdAtMs"
> & { readonly renderTime: RenderTime; readonly fault: LifeFault | undefined };

/** All tasks, and the end of each at its time whether or not anyone asks. */
export class TaskBook {
  readonly #chance: Chance;
  readonly #speed: number;
  readonly #byId = new Map<string, Task>();
  readonly #ends: Agenda<Task>;

  /** @param options `onEnd`: called once for each task that ends, in the order of their ends. */
  constructor(options: {
    readonly chance: Chance;
    readonly speed: number;
    readonly now: () => number;
    readonly onEnd: (task: Task) => void;
  }) {
    this.#chance = options.chance;
    this.#speed = options.speed;
    this.#ends = new Agenda({ now: options.now, onDue: options.onEnd });
  }

  /** @returns the ordinal that the next task will have. */
  get nextOrdinal(): number {
    return this.#byId.size;
  }

  get(id: string): Task | undefined {
    return this.#byId.get(id);
  }

  create({ renderTime, fault, ...given }: NewTask): Task {
    const ordinal = this.nextOrdinal;
    const { createdAtMs, isEarly } = given;
    const life = planLife({
      chance: this.#chance,
      ordinal,
      renderTime,
      speed: this.#speed,
      createdAtMs,
      isEarly,
      fault,
    });
    const id = this.#freeId(ordinal, createdAtMs);
    const task: Task = { id, ordinal, ...given, ...life, statusCallCount: 0 };
    this.#byId.set(id, task);
    this.#ends.add(task.endsAtMs, task);
    return task;
  }

  /** Ends every task that is due. */
  endDue(nowMs: number): void {
    this.#ends.runDue(nowMs);
  }

  /** Stops the timer. */
  close(): void {
    this.#ends.close();
  }

  #freeId(ordinal: number, createdAtMs: number): string {
    for (let round = 0; ; round += 1) {
      const id = makeTaskId(this.#chance, ordinal, createdAtMs, round);
      if (!this.#byId.has(id)) return id;
    }
  }
}
