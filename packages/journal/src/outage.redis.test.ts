import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { AttemptOf } from "./attempts.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

const GAP_MS = 10_000;
const REPORT_MS = 15_000;
const ANSWER_MS = 52_000;
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: ANSWER_MS - 2_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};

type Step =
  | { readonly verb: "pass"; readonly ms: number }
  | { readonly verb: "tick" | "begin" | "list" | "end_some" }
  | { readonly verb: "unconfirm"; readonly pick: number; readonly graceMs: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  // Around the limit, and far beyond it.
  fc.record({
    verb: fc.constant("pass" as const),
    ms: fc.constantFrom(0, 900, 5_000, 9_999, 10_000, 10_001, 31_000, 500_000),
  }),
  fc.record({
    verb: fc.constantFrom(
      "tick" as const,
      "tick" as const,
      "begin" as const,
      "list" as const,
      "end_some" as const,
    ),
  }),
  fc.record({
    verb: fc.constant("unconfirm" as const),
    pick: fc.nat(20),
    graceMs: fc.constantFrom(0, 5_000, 80_000),
  }),
);

/**
 * The rule as it is promised, the plain way: an outage is added to the deadline of everything that is
 * open, one after the other. The journal has to give the same without touching any.
 */
class TouchingEach {
  readonly clocked: ClockedJournal;
  readonly #deadlines = new Map<string, { status: "submitting" | "unconfirmed"; at: number }>();
  readonly #attempts = new Map<string, AttemptOf>();
  /** When a worker was last seen at work; journals tell signs apart to the second. */
  #seenAt: number | null = null;

  private constructor(clocked: ClockedJournal) {
    this.clocked = clocked;
  }

  static async start(): Promise<TouchingEach> {
    return new TouchingEach(await openClockedJournal(redis));
  }

  /** @returns the outage that was found */
  #work(isTick: boolean): number {
    const at = this.clocked.now();
    if (this.#seenAt === null) {
      if (isTick) this.#seenAt = at;
      return 0;
    }
    const gap = at - this.#seenAt;
    if (gap > GAP_MS) {
      for (const deadline of this.#deadlines.values()) deadline.at += gap + REPORT_MS;
    }
    if (gap >= 1_000) this.#seenAt = at;
    return gap > GAP_MS ? gap : 0;
  }

  #due(status: string): string[] {
    return [...this.#deadlines]
      .filter(([, one]) => one.status === status && one.at <= this.clocked.now())
      .map(([id]) => id)
      .toSorted();
  }

  async step(step: Step): Promise<void> {
    const { journal } = this.clocked;
    switch (step.verb) {
      case "pass":
        return this.clocked.advance(step.ms);
      case "tick": {
        const outageMs = this.#work(true);
        expect((await journal.takeRound(10_000)).outageMs).toBe(outageMs);
        return;
      }
      case "begin": {
        const generation = buildNewGeneration(journal.lane);
        await journal.enqueue([generation]);
        const begun = await journal.begin(generation.id, "f1", LIMITS);
        if (begun.kind !== "begun") throw new Error("not begun");
        this.#work(false);
        const at = this.clocked.now() + ANSWER_MS;
        this.#deadlines.set(generation.id, { status: "submitting", at });
        this.#attempts.set(generation.id, begun.attempt);
        return;
      }
      case "unconfirm": {
        const [id, attempt] = [...this.#attempts][step.pick % this.#attempts.size] ?? [];
        if (id === undefined || attempt === undefined) return;
        const outcome = await journal.unconfirm(attempt, "answer_lost", step.graceMs);
        if (outcome.kind === "ignored") return;
        this.#work(false);
        const at = this.clocked.now() + step.graceMs;
        this.#deadlines.set(id, { status: "unconfirmed", at });
        return;
      }
      case "list":
        return this.compare();
      case "end_some": {
        // In the middle of a batch one dies: what it had done stands, the rest is for the next one.
        const open = [...this.#deadlines].filter(([, { status }]) => status === "unconfirmed");
        for (const [id, deadline] of open.slice(0, 2)) {
          const outcome = await journal.endGrace(id, "resubmit", 3);
          this.#work(false);
          const isDue = deadline.at <= this.clocked.now();
          expect(outcome.kind).toBe(isDue ? "changed" : "ignored");
          if (isDue) this.#deadlines.delete(id);
        }
        return;
      }
    }
  }

  async compare(): Promise<void> {
    for (const status of ["submitting", "unconfirmed"] as const) {
      const listed = await this.clocked.journal.listOverdue(status, 1_000);
      this.#work(false);
      expect(listed.map(({ id }) => id).toSorted(), status).toEqual(this.#due(status));
    }
  }
}

it("an outage moves all deadlines as if each had been touched, whoever finds it and how often", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60 }), async (taken) => {
      const both = await TouchingEach.start();
      for (const step of taken) await both.step(step);
      await both.compare();
    }),
    { numRuns: 150 },
  );
}, 120_000);

it("an outage is found once by two rescuers, and no record is written for it", async () => {
  const { journal, advance } = await openClockedJournal(redis);
  const generation = buildNewGeneration(journal.lane);
  await journal.enqueue([generation]);
  await journal.takeRound(10_000);
  await journal.begin(generation.id, "f1", LIMITS);
  const before = await journal.get(generation.id);
  await advance(60_000);
  const found = await Promise.all([journal.takeRound(10_000), journal.takeRound(10_000)]);
  expect(found.map(({ outageMs }) => outageMs).toSorted((a, b) => a - b)).toEqual([0, 60_000]);
  expect(await journal.get(generation.id)).toEqual(before);
  // The explanation tells the time that holds.
  const { lookAt, now } = (await journal.flight(generation.id))!;
  expect(lookAt! - now).toBe(ANSWER_MS + REPORT_MS);
});

it("the generation of an attempt that began after the outage gets nothing on top", async () => {
  const { journal, advance } = await openClockedJournal(redis);
  await journal.takeRound(10_000);
  await advance(7 * 86_400_000);
  const generation = buildNewGeneration(journal.lane);
  await journal.enqueue([generation]);
  // Before any rescuer had its turn.
  await journal.begin(generation.id, "f1", LIMITS);
  for (let seconds = 0; seconds < 48; seconds += 8) {
    await advance(8_000);
    await journal.takeRound(10_000);
    expect(await journal.listOverdue("submitting", 10)).toEqual([]);
  }
  await advance(4_000);
  expect(await journal.listOverdue("submitting", 10)).toHaveLength(1);
});
