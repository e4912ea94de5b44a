import {
  type AttemptRef,
  enqueuedGeneration,
  eventsOf,
  type Generation,
  isTerminal,
  type LifecycleEvent,
  paidAttempts,
  taskOf,
  transition,
  ulidOf,
} from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { HINT_SLACK_MS } from "./lane-access.ts";
import type { VerbOutcome } from "./outcome.ts";
import type { DuePoll } from "./polls.ts";
import { accessLane } from "./lane-access.ts";
import { scriptsOfServerClock } from "./journal.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

/** One thing that happens; `pick` chooses among the attempts and tasks known by then. */
type Step = { readonly pick: number } & (
  | { readonly verb: "advance"; readonly ms: number }
  | { readonly verb: "begin" }
  | {
      readonly verb: "not_sent" | "rate_limited" | "upstream_unavailable";
      readonly delayMs: number;
    }
  | { readonly verb: "accept"; readonly task: number }
  | { readonly verb: "invalid_request" }
  | {
      readonly verb: "insufficient_credits" | "authentication_error";
      readonly policy: "fail" | "park";
    }
  | { readonly verb: "redrive" }
  | { readonly verb: "answer_lost" | "unanswered"; readonly graceMs: number }
  | { readonly verb: "end_grace"; readonly policy: "resubmit" | "hold"; readonly most: number }
  | { readonly verb: "finished" | "task_failed" | "timed_out"; readonly task: number }
  | { readonly verb: "task_not_found" | "status_rejected"; readonly task: number }
  | { readonly verb: "attach"; readonly task: number; readonly named: boolean }
  | { readonly verb: "resubmit" | "abandon" }
  | { readonly verb: "called_back"; readonly task: number }
  | {
      readonly verb: "look";
      readonly task: number;
      readonly seen: "running" | "finished" | "failed";
    }
  | { readonly verb: "cancel" }
  | { readonly verb: "expire" }
);

const delay = fc.constantFrom(0, 700, 20_000);
const task = fc.nat(3);
const verbs: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 6, arbitrary: fc.record({ verb: fc.constant("advance" as const), ms: delay }) },
    { weight: 6, arbitrary: fc.record({ verb: fc.constant("begin" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        verb: fc.constantFrom(
          "not_sent" as const,
          "rate_limited" as const,
          "upstream_unavailable" as const,
        ),
        delayMs: delay,
      }),
    },
    { weight: 4, arbitrary: fc.record({ verb: fc.constant("accept" as const), task }) },
    fc.record({ verb: fc.constant("invalid_request" as const) }),
    fc.record({
      verb: fc.constantFrom("insufficient_credits" as const, "authentication_error" as const),
      policy: fc.constantFrom("fail" as const, "fail" as const, "park" as const),
    }),
    fc.record({ verb: fc.constant("redrive" as const) }),
    {
      weight: 5,
      arbitrary: fc.record({
        verb: fc.constantFrom("answer_lost" as const, "unanswered" as const),
        graceMs: delay,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        verb: fc.constant("end_grace" as const),
        policy: fc.constantFrom("resubmit" as const, "resubmit" as const, "hold" as const),
        most: fc.integer({ min: 1, max: 4 }),
      }),
    },
    fc.record({
      verb: fc.constantFrom("finished" as const, "task_failed" as const, "timed_out" as const),
      task,
    }),
    fc.record({
      verb: fc.constantFrom("task_not_found" as const, "status_rejected" as const),
      task,
    }),
    fc.record({ verb: fc.constant("attach" as const), task, named: fc.boolean() }),
    fc.record({
      verb: fc.constantFrom("resubmit" as const, "resubmit" as const, "abandon" as const),
    }),
    { weight: 4, arbitrary: fc.record({ verb: fc.constant("called_back" as const), task }) },
    {
      weight: 4,
      arbitrary: fc.record({
        verb: fc.constant("look" as const),
        task,
        seen: fc.constantFrom("running" as const, "finished" as const, "failed" as const),
      }),
    },
    fc.record({ verb: fc.constant("cancel" as const) }),
    fc.record({ verb: fc.constant("expire" as const) }),
  )
  .chain((step) => fc.nat(50).map((pick) => ({ ...step, pick })));

const SUBMIT_DEADLINE_MS = 60_000;
const POISON_WITHIN_MS = 72 * 3_600_000;

/** Applies a step to the real journal and the event that it stands for to the model. */
class SideBySide {
  readonly #clocked: ClockedJournal;
  readonly #id: string;
  model: Generation;
  readonly #attempts: AttemptRef[] = [];
  /** When the running task is polled. */
  #pollAt = 0;
  /** When the end of a grace is looked at again, because a task was to be looked at first. */
  #graceLookAt = 0;
  /** Tasks that are to be looked at, with the attempt that a callback named; 0 for none. */
  readonly #looks = new Map<string, number>();
  #isHeard = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Attempts whose holder fell silent, the last three. */
  #silent: { readonly attempt: number; readonly at: number }[] = [];
  /** When a person sent it again. */
  #submitDeadlineFrom: number | null = null;

  private constructor(clocked: ClockedJournal, id: string, model: Generation) {
    this.#clocked = clocked;
    this.#id = id;
    this.model = model;
  }

  static async start(): Promise<SideBySide> {
    const clocked = await openClockedJournal(redis);
    const generation = buildNewGeneration(clocked.journal.lane);
    await clocked.journal.enqueue([generation]);
    const stored = await clocked.journal.get(generation.id);
    if (stored === null) throw new Error("not stored");
    return new SideBySide(clocked, generation.id, stored.generation);
  }

  async step(step: Step): Promise<void> {
    const { journal } = this.#clocked;
    const at = this.#clocked.now();
    const known = this.#attempts[step.pick % Math.max(1, this.#attempts.length)];
    const ref = known ?? { attempt: 1, fence: "never" };
    const attempt = { id: this.#id, ...ref };
    switch (step.verb) {
      case "advance":
        return this.#clocked.advance(step.ms);
      case "begin":
        return this.#begin(at);
      case "not_sent": {
        const outcome = await journal.requeue(attempt, "not_sent", step.delayMs);
        if (outcome.kind === "changed") this.#heard(ref);
        return this.#both(outcome, {
          type: "not_sent",
          at,
          ...ref,
          wakeAt: at + step.delayMs,
        });
      }
      case "rate_limited":
      case "upstream_unavailable": {
        const outcome = await journal.requeue(attempt, step.verb, step.delayMs);
        if (outcome.kind === "changed") this.#heard(ref);
        return this.#both(outcome, {
          type: "refused",
          at,
          ...ref,
          code: step.verb,
          wakeAt: at + step.delayMs,
        });
      }
      case "accept": {
        const taskId = `${this.#id}-task-${step.task}`;
        const times = { deadlineMs: 9_000, firstPollMs: 2_000 };
        const outcome = await journal.accept(attempt, taskId, times);
        if (outcome.kind === "changed" && this.model.status !== "running") {
          const isBound = outcome.status === "running";
          if (isBound) this.#pollAt = at + times.firstPollMs;
          if (isBound) this.#silent = [];
        }
        const isLate = this.model.status === "failed";
        const isLooked = this.#looks.has(taskId) || !outcome.isExtra;
        if (outcome.kind === "changed" && isLate && !isLooked) this.#looks.set(taskId, 0);
        return this.#both(outcome, {
          type: "accepted",
          at,
          ...ref,
          taskId,
          deadlineAt: at + 9_000,
        });
      }
      case "invalid_request": {
        const outcome = await journal.reject(attempt, step.verb, "");
        if (outcome.kind === "changed") this.#heard(ref);
        return this.#both(outcome, { type: "rejected", at, ...ref });
      }
      case "insufficient_credits":
      case "authentication_error": {
        const rules = { policy: step.policy, firstProbeMs: null, keyDigest: "" };
        const outcome = await journal.deny(attempt, step.verb, "", rules);
        if (outcome.kind === "changed") this.#heard(ref);
        // Halted lanes have a test of their own.
        await journal.resumeLane();
        const park = step.policy === "park";
        return this.#both(outcome, { type: "denied", at, ...ref, code: step.verb, park });
      }
      case "redrive": {
        const { hints } = await journal.redrive(null, 10);
        const event: LifecycleEvent = { type: "redriven", at };
        const outcome: VerbOutcome =
          hints.length === 0
            ? { kind: "ignored", reason: "not_applicable" }
            : { kind: "changed", status: "queued" };
        if (outcome.kind === "changed") {
          this.#submitDeadlineFrom = at;
          const { attempt: last, priority } = this.model;
          expect(hints).toMatchObject([{ id: this.#id, attempt: last, priority }]);
        }
        return this.#both(outcome, event);
      }
      case "answer_lost":
      case "unanswered": {
        const outcome = await journal.unconfirm(attempt, step.verb, step.graceMs);
        if (outcome.kind === "changed" && step.verb === "unanswered") {
          this.#silent = [...this.#silent, { attempt: ref.attempt, at }].slice(-3);
        }
        return this.#both(outcome, {
          type: "answer_lost",
          at,
          ...ref,
          code: step.verb,
          graceEndAt: at + step.graceMs,
        });
      }
      case "end_grace": {
        const outcome = await journal.endGrace(this.#id, step.policy, step.most);
        if (this.model.status === "unconfirmed") {
          if (at < this.model.graceEndAt) return this.#ignored(outcome, "not_applicable");
          if (this.#isHeard && this.#looks.size > 0) {
            this.#graceLookAt = at + 5_000;
            return this.#ignored(outcome, "not_applicable");
          }
        }
        return this.#both(outcome, {
          type: "grace_ended",
          at,
          policy: step.policy,
          maxPaidAttempts: step.most,
        });
      }
      case "finished":
      case "task_failed":
      case "timed_out": {
        const poll = this.#poll(step.task);
        const end =
          step.verb === "finished"
            ? { event: step.verb, files: [] }
            : step.verb === "task_failed"
              ? { event: step.verb, message: null }
              : { event: step.verb };
        const outcome = await journal.settle(poll, end);
        const isBound = taskOf(this.model)?.taskId === poll.taskId;
        // Answered just behind another call that held it or ended it: somebody looks again.
        const isNews =
          this.model.status === "held" ||
          (this.#isLiftable(poll.taskId) && step.verb === "finished");
        if (isBound && isNews && step.verb !== "timed_out") {
          this.#looks.set(poll.taskId, this.#looks.get(poll.taskId) ?? 0);
        }
        if (!isBound) return this.#ignored(outcome, "not_applicable");
        const isEarly = this.model.status === "running" && at < this.model.deadlineAt;
        if (step.verb === "timed_out" && isEarly) return this.#ignored(outcome, "not_applicable");
        const isLate = step.verb === "timed_out" && this.model.cancelRequestedAt === null;
        if (isLate && this.model.status === "running") this.#looks.set(poll.taskId, 0);
        const isFailure = step.verb !== "finished" && this.model.cancelRequestedAt === null;
        if (isFailure && this.model.status === "running") {
          for (const id of this.model.extraTaskIds) this.#looks.set(id, this.#looks.get(id) ?? 0);
        }
        return this.#both(outcome, { type: step.verb, at });
      }
      case "task_not_found":
      case "status_rejected": {
        const poll = this.#poll(step.task);
        const outcome = await journal.hold(poll, step.verb);
        if (taskOf(this.model)?.taskId !== poll.taskId)
          return this.#ignored(outcome, "not_applicable");
        return this.#both(outcome, { type: "untraceable", at, reason: step.verb });
      }
      case "attach": {
        const taskId = `${this.#id}-task-${step.task}`;
        const found = { taskId, attempt: step.named ? ref.attempt : null };
        const outcome = await journal.attach(this.#id, found, 9_000, "it is ours");
        const event = { type: "attached", at, ...found, deadlineAt: at + 9_000 } as const;
        if (outcome.kind === "changed") this.#pollAt = at;
        return this.#both(outcome, event);
      }
      case "resubmit": {
        const [outcome] = await journal.resubmit([this.#id], "again");
        const paid = paidAttempts(this.model) + this.model.extraTaskIds.length;
        if (outcome?.kind === "changed") {
          this.#submitDeadlineFrom = at;
          this.#silent = [];
          if (this.#looks.size === 0) this.#isHeard = false;
          expect(outcome.hint.attempt).toBe(this.model.attempt);
          expect(outcome.hint).toMatchObject({ id: this.#id, priority: this.model.priority });
          expect(outcome.mayHavePaidCount).toBe(paid);
        }
        if (outcome === undefined) throw new Error("no outcome");
        return this.#both(outcome, { type: "resubmitted", at });
      }
      case "abandon": {
        const [outcome] = await journal.abandon([this.#id], "enough");
        if (outcome === undefined) throw new Error("no outcome");
        const taskId = taskOf(this.model)?.taskId;
        if (outcome.kind === "changed") {
          for (const id of this.model.extraTaskIds) this.#looks.set(id, this.#looks.get(id) ?? 0);
          if (taskId !== undefined) this.#looks.set(taskId, 0);
        }
        return this.#both(outcome, { type: "abandoned", at });
      }
      case "called_back":
        return this.#callBack(`${this.#id}-task-${step.task}`, ref.attempt, at);
      case "look":
        return this.#look(`${this.#id}-task-${step.task}`, step.seen, at);
      case "cancel":
        return this.#both(await journal.cancel(this.#id), { type: "cancel_requested", at });
      case "expire": {
        const outcome = await journal.expire(this.#id, SUBMIT_DEADLINE_MS);
        const from = this.#submitDeadlineFrom ?? this.model.createdAt;
        if (at - from <= SUBMIT_DEADLINE_MS) {
          return this.#ignored(outcome, "not_applicable");
        }
        return this.#both(outcome, { type: "expired", at });
      }
    }
  }

  async #callBack(taskId: string, attempt: number, at: number): Promise<void> {
    const noted = await this.#clocked.journal.noteCallback({ id: this.#id, attempt, taskId });
    const m = this.model;
    const isBound = taskOf(m)?.taskId === taskId;
    if (!isBound && !m.extraTaskIds.includes(taskId)) {
      expect(noted).toBe(this.#looks.has(taskId) ? "nothing" : "candidate");
      if (noted === "candidate") this.#looks.set(taskId, attempt);
      this.#isHeard = true;
      return this.compare();
    }
    if (at - this.#lookedAt < 2_000) {
      expect(noted).toBe("nothing");
      return this.compare();
    }
    this.#isHeard = true;
    if (isBound && m.status === "running") {
      expect(noted).toBe("poll_due");
      this.#pollAt = Math.min(this.#pollAt, at);
      this.#lookedAt = at;
      return this.compare();
    }
    const isLost = isBound && m.status === "held";
    const isLate = this.#isLiftable(taskId);
    expect(noted).toBe(isLate ? "late_due" : isLost ? "candidate" : "nothing");
    if (isLost || isLate) {
      this.#lookedAt = at;
      this.#looks.set(taskId, this.#looks.get(taskId) ?? (isBound ? 0 : attempt));
    }
    return this.compare();
  }

  async #look(taskId: string, kind: "running" | "finished" | "failed", at: number): Promise<void> {
    const seen = kind === "finished" ? { kind, files: [] } : { kind };
    const look = { id: this.#id, taskId };
    const outcome = await this.#clocked.journal.confirm(look, seen, 9_000, 1_000);
    const attempt = this.#looks.get(taskId);
    if (attempt === undefined) return this.#ignored(outcome, "duplicate");
    const known = taskOf(this.model);
    const isOwn = known === null || known.taskId === taskId;
    if (this.#isLiftable(taskId) && kind !== "failed") {
      if (kind === "running") {
        const isKnown = known?.taskId === taskId || this.model.extraTaskIds.includes(taskId);
        const isInDoubt = this.model.unresolved.some((one) => one.attempt === attempt);
        if (isKnown && !isInDoubt) return this.#ignored(outcome, "not_applicable");
        return this.#both(outcome, { type: "confirmed", at, attempt, taskId, deadlineAt: at });
      }
      this.#looks.delete(taskId);
      const named = attempt === 0 ? null : attempt;
      return this.#both(outcome, { type: "finished_late", at, attempt: named, taskId });
    }
    this.#looks.delete(taskId);
    const { status } = this.model;
    const isWaiting = isOwn && (known === null ? !isTerminal(status) : status === "held");
    const deadlineAt = isWaiting ? at + 9_000 : at;
    if (status === "running" && known?.taskId === taskId && kind !== "running") {
      this.#pollAt = Math.min(this.#pollAt, at);
    }
    await this.#both(outcome, { type: "confirmed", at, attempt, taskId, deadlineAt }, () => {
      if (status === "running" || taskOf(this.model)?.taskId !== taskId) return;
      if (isTerminal(this.model.status)) return;
      this.#pollAt = at;
      this.#silent = [];
    });
  }

  /** Whether its failure is turned into a success by this task, should that finish. */
  #isLiftable(taskId: string): boolean {
    const m = this.model;
    const hasFailed = m.status === "failed" && m.reason === "generation_failed";
    return m.status === "failed" && !(hasFailed && m.task?.taskId === taskId);
  }

  /** A holder that reports did not crash. */
  #heard(ref: AttemptRef): void {
    this.#silent = this.#silent.filter(({ attempt }) => attempt !== ref.attempt);
  }

  async #begin(at: number): Promise<void> {
    const fence = `f${this.#attempts.length}`;
    // What was refused taught the lane a pace; that has a model of its own.
    const { prefix } = accessLane(redis, this.#clocked.journal.lane, scriptsOfServerClock());
    await redis.del(`${prefix}:pace`);
    const begun = await this.#clocked.journal.begin(this.#id, fence, {
      sendWithinMs: 2_000,
      answerWithinMs: 50_000,
      submitDeadlineMs: 0,
      policy: "resubmit" as const,
    });
    if (this.model.status !== "queued") {
      expect(begun).toEqual({ kind: "refused", reason: "not_queued" });
    } else if (at < this.model.wakeAt) {
      expect(begun).toEqual({ kind: "early", waitMs: this.model.wakeAt - at });
    } else if (this.#isHeard && this.#looks.size > 0) {
      expect(begun).toEqual({ kind: "early", waitMs: 2_000 });
    } else if (this.#silent.filter((one) => at - one.at <= POISON_WITHIN_MS).length >= 3) {
      expect(begun).toEqual({ kind: "refused", reason: "poison" });
      this.#silent = [];
      this.#apply({ type: "poisoned", at });
    } else {
      const ref = { attempt: this.model.attempt + 1, fence };
      expect(begun).toMatchObject({
        kind: "begun",
        attempt: { id: this.#id, ...ref },
        lastError: this.model.lastError,
        refusalCount: this.model.refusalCount,
        unresolvedCount: this.model.unresolved.length,
      });
      this.#attempts.push(ref);
      this.#apply({ type: "begun", at, ...ref, sendDeadlineAt: at + 2_000 });
    }
    await this.compare();
  }

  async #both(
    outcome: VerbOutcome,
    event: LifecycleEvent,
    applied: () => void = () => undefined,
  ): Promise<void> {
    const expected = this.#apply(event);
    applied();
    expect(outcome).toMatchObject(
      expected === "changed"
        ? { kind: "changed", status: this.model.status }
        : { kind: "ignored", reason: expected },
    );
    await this.compare();
  }

  async #ignored(outcome: VerbOutcome, reason: string): Promise<void> {
    expect(outcome).toMatchObject({ kind: "ignored", reason });
    await this.compare();
  }

  #apply(event: LifecycleEvent): string {
    const result = transition(this.model, event);
    if (result.kind === "ignored") return result.reason;
    if (result.generation.status !== this.model.status) this.#graceLookAt = 0;
    this.model = result.generation;
    return "changed";
  }

  #poll(number: number): DuePoll {
    return { id: this.#id, taskId: `${this.#id}-task-${number}` } as DuePoll;
  }

  async compare(): Promise<void> {
    const stored = await this.#clocked.journal.get(this.#id);
    expect(inAnyOrder(stored?.generation)).toEqual(inAnyOrder(this.model));
    await this.#compareIndexes();
  }

  /** Exactly one index holds the generation, with the time at which somebody has to look again. */
  async #compareIndexes(): Promise<void> {
    const { prefix } = accessLane(redis, this.#clocked.journal.lane, scriptsOfServerClock());
    const ulid = ulidOf(this.#id);
    const names = ["queued", "submitting", "unconfirmed", "held", "running", "settled"];
    const scores: Record<string, number> = {};
    for (const name of names) {
      const score = await redis.zscore(`${prefix}:x:${name}`, ulid);
      if (score !== null) scores[name] = Number(score);
    }
    const m = this.model;
    const expected =
      m.status === "queued"
        ? { queued: m.wakeAt + HINT_SLACK_MS }
        : m.status === "submitting"
          ? { submitting: m.sendDeadlineAt + 50_000 }
          : m.status === "unconfirmed"
            ? { unconfirmed: Math.max(m.graceEndAt, this.#graceLookAt) }
            : m.status === "held"
              ? { held: m.heldAt }
              : m.status === "running"
                ? { running: this.#pollAt }
                : { settled: m.settledAt };
    expect(scores).toEqual(expected);
  }

  /** I13: the history, replayed through the pure transition, gives the record. */
  async compareHistory(): Promise<void> {
    const entries = await this.#clocked.journal.history(this.#id);
    const first = entries[0];
    if (first?.kind !== "enqueued") throw new Error("a history starts with the enqueue");
    const { id, lane, model, priority, createdAt } = this.model;
    const facts = { id, lane, model, priority, createdAt };
    let replayed: Generation = enqueuedGeneration(facts, first.at);
    for (const entry of entries) {
      for (const event of eventsOf(entry)) {
        const result = transition(replayed, event);
        if (result.kind === "ignored") throw new Error(`line ignored: ${JSON.stringify(entry)}`);
        replayed = result.generation;
      }
    }
    expect(replayed).toEqual(this.model);
  }
}

/** The journal keeps extra tasks by their arrival; a task that is let go of comes last in the model. */
function inAnyOrder(generation: Generation | undefined): Generation | undefined {
  if (generation === undefined) return undefined;
  return { ...generation, extraTaskIds: generation.extraTaskIds.toSorted() };
}

it("the scripts do what transition does, step by step, and their history replays to the record", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(verbs, { minLength: 5, maxLength: 60 }), async (steps) => {
      const both = await SideBySide.start();
      for (const step of steps) await both.step(step);
      await both.compareHistory();
    }),
    { numRuns: 150 },
  );
}, 120_000);
