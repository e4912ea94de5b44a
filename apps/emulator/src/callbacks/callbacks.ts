import { Agenda } from "../agenda/agenda.ts";
import type { Chance } from "../chance.ts";
import type { FaultPlan } from "../faults/fault-plan.ts";
import type { Ledger, LedgerNote } from "../ledger.ts";
import { makeTaskId } from "../tasks/task-id.ts";
import type { Task } from "../tasks/task.ts";
import { type CallbackPlan, planCallback } from "./callback-plan.ts";
import { DeliveryLine } from "./delivery-line.ts";
import { type LoopbackTarget, readLoopbackTarget } from "./loopback-target.ts";
import { post, type Posting, type PostingEnd } from "./posting.ts";

/** How many deliveries are under way at once, those of early callbacks not counted. */
const LINE_WIDTH = 16;

/** No search for a free id ever comes this far, so that it makes ids that no task has. */
const UNKNOWN_ID_ROUND = 1_000_000;

/** One callback on its way, until it got a 2xx or was given up. */
interface Callback {
  readonly task: Task;
  readonly target: LoopbackTarget;
  readonly plan: CallbackPlan;
  sentCount: number;
  firstSentAtMs: number;
}

/** What the ledger says of one delivery beside how it ended. */
type DeliveryNote = Pick<
  LedgerNote,
  "task_id" | "delivery" | "sent_as" | "url_task_id" | "claimed_task_id"
>;

/**
 * Reports the ends of tasks to the URLs that their submits named [doc], again and again until a
 * 2xx or until the schedule is over [?]. Every delivery is in the ledger once its outcome is known.
 */
export class Callbacks {
  readonly #faults: () => FaultPlan;
  readonly #ledger: Ledger;
  readonly #chance: Chance;
  readonly #speed: number;
  readonly #now: () => number;
  readonly #agenda: Agenda<() => void>;
  readonly #line = new DeliveryLine(LINE_WIDTH);
  readonly #stops = new Set<() => void>();
  /** Callbacks that wait behind others, and behind how many more. */
  readonly #heldBack = new Map<Callback, number>();
  /** Early callbacks whose first delivery somebody waits for. */
  readonly #early = new Map<Task, PromiseWithResolve>();
  #previous: Task | undefined;
  #isClosed = false;

  constructor(options: {
    /** The rules in force. */
    readonly faults: () => FaultPlan;
    readonly ledger: Ledger;
    readonly chance: Chance;
    /** Divides the waits between deliveries. */
    readonly speed: number;
    readonly now: () => number;
  }) {
    this.#faults = options.faults;
    this.#ledger = options.ledger;
    this.#chance = options.chance;
    this.#speed = options.speed;
    this.#now = options.now;
    this.#agenda = new Agenda({ now: options.now, onDue: (run) => run() });
  }

  /** Reports the end of a task, if its submit asked for that. Called once, when it has ended. */
  report(task: Task): void {
    if (task.callbackUrl === undefined || this.#isClosed) return;
    const target = readLoopbackTarget(task.callbackUrl);
    if (target === undefined) {
      this.#note(task, { task_id: task.id, ended: "not_loopback" });
      return;
    }
    const plan = planCallback({
      task,
      faults: this.#faults(),
      nowMs: this.#now(),
      speed: this.#speed,
      previous: this.#previous,
      unknownId: makeTaskId(this.#chance, task.ordinal, task.createdAtMs, UNKNOWN_ID_ROUND),
    });
    this.#previous = task;
    this.#start({ task, target, plan, sentCount: 0, firstSentAtMs: 0 });
  }

  /** @returns what the answer to an early task's submit waits for; undefined for any other task. */
  firstDelivery(task: Task): Promise<void> | undefined {
    return this.#early.get(task)?.promise;
  }

  /** Sends again what is due. */
  sendDue(nowMs: number): void {
    this.#agenda.runDue(nowMs);
  }

  /** Breaks off what is under way, as the ledger then says, and sends nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#agenda.close();
    this.#line.clear();
    for (const stop of this.#stops) stop();
    for (const { resolve } of this.#early.values()) resolve();
  }

  #start(callback: Callback): void {
    const { task, plan } = callback;
    // Whoever forges does not wait for the real one.
    for (const { body, claimedTaskId } of plan.forgeries) {
      this.#queueExtra(callback, body, {
        sent_as: "forged",
        url_task_id: task.id,
        claimed_task_id: claimedTaskId,
      });
    }
    switch (plan.start.kind) {
      case "lost":
        this.#note(task, { task_id: task.id, ended: "lost" });
        return;
      case "late":
        this.#agenda.add(task.endsAtMs + plan.start.delayMs, () => this.#sendFirst(callback));
        return;
      case "behind":
        this.#heldBack.set(callback, plan.start.count);
        this.#agenda.add(task.endsAtMs + plan.start.atMostMs, () => this.#letGo(callback));
        return;
      case "now":
        this.#sendFirst(callback);
    }
  }

  #sendFirst(callback: Callback): void {
    const { task, plan } = callback;
    if (task.isEarly) {
      this.#early.set(task, promiseWithResolve());
      // Past the line: the answer to the submit waits for it, and its open submits bound these.
      void this.#send(callback);
    } else {
      this.#queue(callback);
    }
    for (let copy = 1; copy <= plan.copyCount; copy += 1) {
      this.#queueExtra(callback, plan.body, { task_id: task.id, sent_as: "copy" });
    }
  }

  #queue(callback: Callback): void {
    this.#line.add(() => this.#send(callback));
  }

  #queueExtra({ task, target, plan }: Callback, body: string, what: DeliveryNote): void {
    this.#line.add(async () => {
      await this.#deliver(task, post(target, body, plan.redelivery.timeoutMs), what);
    });
  }

  /** One delivery of the real one, and what follows from it. */
  async #send(callback: Callback): Promise<void> {
    const { task, target, plan } = callback;
    const { redelivery } = plan;
    callback.sentCount += 1;
    if (callback.sentCount === 1) callback.firstSentAtMs = this.#now();
    const posting = post(target, plan.body, redelivery.timeoutMs);
    const what = { task_id: task.id, delivery: callback.sentCount };
    const end = await this.#deliver(task, posting, what);
    if (end === undefined) return;
    if (callback.sentCount === 1) this.#afterFirst(callback);
    if (end.code !== undefined && end.code >= 200 && end.code < 300) return;

    const nowMs = this.#now();
    const waitMs = redelivery.waitMs(callback.sentCount, nowMs - callback.firstSentAtMs);
    if (waitMs === undefined) this.#note(task, { task_id: task.id, ended: "given_up" });
    else this.#agenda.add(nowMs + waitMs, () => this.#queue(callback));
  }

  /** @returns how a POST ended, undefined when the emulator's stop broke it off. */
  async #deliver(
    task: Task,
    posting: Posting,
    what: DeliveryNote,
  ): Promise<PostingEnd | undefined> {
    const stop = (): void => {
      // At once: the ledger's file is closed before the connection has noticed.
      this.#note(task, { ...what, ended: "stopped" });
      posting.abort();
    };
    this.#stops.add(stop);
    const end = await posting.end;
    this.#stops.delete(stop);
    if (this.#isClosed) return undefined;
    this.#note(task, { ...what, ...end });
    return end;
  }

  #afterFirst({ task }: Callback): void {
    this.#early.get(task)?.resolve();
    this.#early.delete(task);
    for (const [held, count] of this.#heldBack) {
      if (count > 1) this.#heldBack.set(held, count - 1);
      else this.#letGo(held);
    }
  }

  /** Its time may come twice: behind enough others, and at the latest. */
  #letGo(callback: Callback): void {
    if (this.#heldBack.delete(callback)) this.#sendFirst(callback);
  }

  #note(task: Task, what: Omit<LedgerNote, "atMs" | "event" | "key" | "model">): void {
    const { key, model, promptSha256 } = task;
    const common = { atMs: this.#now(), event: "callback", key, model } as const;
    this.#ledger.append({ ...common, prompt_sha256: promptSha256, ...what });
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function promiseWithResolve(): PromiseWithResolve {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
