import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { StatusOutcome } from "../upstream-outcome/index.ts";
import {
  decideAfterPoll,
  DEFAULT_DOUBT_LIMITS,
  NO_POLLS,
  type PollDecision,
  type PollFacts,
  UNANSWERED_GRACE_MS,
} from "./decision.ts";
import { DEFAULT_POLL_SCHEDULE } from "./schedule.ts";

const SETTINGS = { schedule: DEFAULT_POLL_SCHEDULE, ...DEFAULT_DOUBT_LIMITS };
const { minMs } = DEFAULT_POLL_SCHEDULE;

const advice = fc.option(fc.integer({ min: 1_000, max: 900_000 }), { nil: null });
const unfinished: fc.Arbitrary<StatusOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant("running" as const),
    taskStatus: fc.constantFrom("not_started" as const, "running" as const, "unknown" as const),
    progress: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
  }),
  { weight: 4, arbitrary: fc.constant({ kind: "not_found" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "rejected" as const, httpStatus: 422 }) },
  fc.constant({ kind: "denied" as const, httpStatus: 402 }),
  fc.record({ kind: fc.constant("throttled" as const), retryAfterMs: advice }),
  fc.record({
    kind: fc.constant("unavailable" as const),
    detail: fc.constant("page"),
    retryAfterMs: advice,
  }),
);

interface Poll {
  readonly outcome: StatusOutcome;
  readonly now: number;
  readonly before: PollFacts;
  readonly decision: PollDecision;
}

interface Life {
  readonly polls: readonly Poll[];
  readonly deadlineAt: number;
  readonly isLaneRefused: boolean;
}

/** Follows one task as the status worker does, until something other than "again" is decided. */
const lives: fc.Arbitrary<Life> = fc
  .record({
    outcomes: fc.array(unfinished, { minLength: 1, maxLength: 120, size: "max" }),
    deadlineAt: fc.integer({ min: 0, max: 3_600_000 }),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    isLaneRefused: fc.boolean(),
  })
  .map(({ outcomes, deadlineAt, chance, isLaneRefused }) => {
    const context = { deadlineAt, isLaneRefused };
    const polls: Poll[] = [];
    let facts = NO_POLLS;
    let now = 2_000;
    for (const outcome of outcomes) {
      const decision = decideAfterPoll(outcome, { ...context, facts, now }, SETTINGS, () => chance);
      polls.push({ outcome, now, before: facts, decision });
      if (decision.kind !== "again") break;
      facts = decision.facts;
      now += decision.delayMs;
    }
    return { polls, deadlineAt, isLaneRefused };
  });

function everyLife(check: (life: Life) => void): void {
  fc.assert(fc.property(lives, check), { numRuns: 500 });
}

describe("however the polls of an unfinished task are answered", () => {
  it("all endings occur, so that what follows is not said of nothing", () => {
    const kinds = fc.sample(lives, { numRuns: 2_000, seed: 1 }).map(({ polls }) => {
      const last = polls.at(-1)?.decision;
      return last?.kind === "hold" ? last.reason : last?.kind;
    });
    expect(new Set(kinds)).toEqual(
      new Set(["again", "time_out", "task_not_found", "status_rejected"]),
    );
  });

  it("none of them finishes or fails the generation", () => {
    everyLife(({ polls }) => {
      for (const { decision } of polls) expect(["finish", "fail"]).not.toContain(decision.kind);
    });
  });

  it("only a 404, a 400 or a refusal of this task that repeats one and lasts is held", () => {
    everyLife(({ polls, isLaneRefused }) => {
      const last = polls.at(-1);
      if (last?.decision.kind !== "hold") return;
      const { kind } = last.outcome;
      if (kind !== "not_found" && kind !== "rejected" && kind !== "denied") {
        throw new Error(`held by ${kind}`);
      }
      expect(last.decision.reason === "task_not_found").toBe(kind === "not_found");
      expect(kind === "denied" && isLaneRefused).toBe(false);
      const limits = kind === "not_found" ? SETTINGS.notFound : SETTINGS.rejected;
      const streak = streakOf(polls, kind);
      expect(streak.length).toBeGreaterThanOrEqual(limits.count);
      expect(last.now - (streak[0]?.now ?? Infinity)).toBeGreaterThanOrEqual(limits.durationMs);
    });
  });

  it("a doubt remembers exactly its own streak", () => {
    everyLife(({ polls }) => {
      polls.forEach(({ decision }, index) => {
        if (decision.kind !== "again") return;
        const { doubt } = decision.facts;
        for (const kind of ["not_found", "rejected"] as const) {
          const streak = streakOf(polls.slice(0, index + 1), kind);
          const expected = { kind, count: streak.length, since: streak[0]?.now };
          if (doubt?.kind === kind) expect(doubt).toEqual(expected);
          else expect(streak).toEqual([]);
        }
      });
    });
  });

  it("time runs out at the deadline only, and never on a refusal of the account", () => {
    everyLife(({ polls, deadlineAt }) => {
      for (const { decision, now, outcome } of polls) {
        if (decision.kind === "time_out") {
          expect(now).toBeGreaterThanOrEqual(deadlineAt);
          expect(outcome.kind).not.toBe("denied");
        }
        const isAnswer = ["running", "not_found", "rejected"].includes(outcome.kind);
        if (decision.kind === "again" && isAnswer) expect(now).toBeLessThan(deadlineAt);
        if (decision.kind === "again" && outcome.kind !== "denied") {
          expect(now).toBeLessThan(deadlineAt + UNANSWERED_GRACE_MS);
        }
      }
    });
  });

  it("the next poll comes no sooner than the floor, and lands at most the floor past the deadline", () => {
    everyLife(({ polls, deadlineAt }) => {
      for (const { decision, now } of polls) {
        if (decision.kind !== "again") continue;
        expect(decision.delayMs).toBeGreaterThanOrEqual(minMs);
        if (now < deadlineAt) {
          expect(now + decision.delayMs).toBeLessThanOrEqual(deadlineAt + minMs);
        }
      }
    });
  });

  it("only good answers count as polls, and they alone end a streak of errors", () => {
    everyLife(({ polls }) => {
      for (const { outcome, before, decision } of polls) {
        if (decision.kind !== "again") continue;
        const isGood = outcome.kind === "running";
        expect(decision.facts.pollCount).toBe(before.pollCount + (isGood ? 1 : 0));
        expect(decision.facts.errorCount).toBe(isGood ? 0 : before.errorCount + 1);
      }
    });
  });
});

/** The polls of `kind` since the last good answer and since the last doubt that takes its place. */
function streakOf(
  polls: readonly Poll[],
  kind: "not_found" | "rejected" | "denied",
): readonly Poll[] {
  const others = ["running", "not_found", "rejected"].filter((other) => other !== kind);
  const end = polls.findLastIndex(({ outcome }) => others.includes(outcome.kind));
  return polls.slice(end + 1).filter(({ outcome }) => outcome.kind === kind);
}
