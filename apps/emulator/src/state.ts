import { Accounts } from "./accounts.ts";
import { Callbacks } from "./callbacks/callbacks.ts";
import { Chance } from "./chance.ts";
import type { FaultRule } from "./faults/fault-rule.ts";
import { FaultPlan } from "./faults/fault-plan.ts";
import { Ledger } from "./ledger.ts";
import { TaskBook } from "./tasks/task-book.ts";
import type { Task } from "./tasks/task.ts";

/** What a running emulator is made of, apart from its sockets. */
export class EmulatorState {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly tasks: TaskBook;
  readonly callbacks: Callbacks;
  /** The clock: ms since the epoch. */
  readonly now: () => number;
  readonly #chance: Chance;
  #faults: FaultPlan;

  constructor(options: {
    readonly keys: readonly string[];
    readonly credits: number | undefined;
    readonly seed: number;
    readonly speed: number;
    readonly faults: readonly FaultRule[];
    readonly ledgerFile: string | undefined;
    readonly now: () => number;
  }) {
    this.now = options.now;
    this.#chance = new Chance(options.seed);
    this.#faults = new FaultPlan(options.faults, this.#chance);
    this.accounts = new Accounts(options.keys, options.credits);
    this.ledger = new Ledger(options.ledgerFile);
    this.callbacks = new Callbacks({
      faults: () => this.#faults,
      ledger: this.ledger,
      chance: this.#chance,
      speed: options.speed,
      now: options.now,
    });
    this.tasks = new TaskBook({
      chance: this.#chance,
      speed: options.speed,
      now: options.now,
      onEnd: (task) => this.#settle(task),
    });
  }

  /** The rules in force. */
  get faults(): FaultPlan {
    return this.#faults;
  }

  /** Puts other rules in force, all of them with counts from zero. */
  replaceFaults(rules: readonly FaultRule[]): void {
    this.#faults = new FaultPlan(rules, this.#chance);
  }

  /** Does what is due, so that no answer, balance or ledger is ever behind the clock. */
  catchUp(nowMs: number = this.now()): void {
    this.tasks.endDue(nowMs);
    this.callbacks.sendDue(nowMs);
  }

  close(): void {
    this.tasks.close();
    this.callbacks.close();
    this.ledger.close();
  }

  /** The end of a task, at its time: money, ledger and callback. */
  #settle(task: Task): void {
    const entry = {
      atMs: task.endsAtMs,
      key: task.key,
      model: task.model,
      task_id: task.id,
      prompt_sha256: task.promptSha256,
    };
    if (task.outcome.status === "finished") {
      this.accounts.charge(task.key, task.credits);
      this.ledger.append({ ...entry, event: "charged", credits: task.credits });
      this.ledger.append({ ...entry, event: "settled", code: 200, credits: task.credits });
    } else {
      this.accounts.release(task.key, task.credits);
      this.ledger.append({ ...entry, event: "settled", code: 500, credits: 0 });
    }
    this.callbacks.report(task);
  }
}
