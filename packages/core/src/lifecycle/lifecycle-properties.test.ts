import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ARM_KEYS, FACT_KEYS } from "../../test/generation-fixtures.ts";
import { generationsOf, histories, type History, type Step } from "../../test/random-histories.ts";
import {
  isTerminal,
  paidAttempts,
  STATUSES,
  taskOf,
  transition,
  TRANSITIONS,
  type Generation,
  type LifecycleEvent,
} from "./index.ts";

const DENIED: readonly string[] = ["authentication_error", "insufficient_credits"];
const RUNS = { numRuns: 500 } as const;

/** Checks every step of random histories. */
function everyStep(check: (step: Step, earlier: readonly Step[]) => void): void {
  everyHistory(({ steps }) => steps.forEach((step, index) => check(step, steps.slice(0, index))));
}

function everyHistory(check: (history: History) => void): void {
  fc.assert(fc.property(histories, check), RUNS);
}

describe("random histories", () => {
  it("walk every row of the table, so that what follows is not said of nothing", () => {
    const walked = fc
      .sample(histories, { numRuns: 2_000, seed: 1 })
      .flatMap(({ steps }) => steps)
      .filter(({ result }) => result.kind === "changed")
      .map(({ before, event, after }) => `${before.status} ${event.type} ${after.status}`);
    const rows = STATUSES.flatMap((from) =>
      Object.entries(TRANSITIONS[from]).flatMap(([type, row]) =>
        row.to.map((to) => `${from} ${type} ${to}`),
      ),
    );
    expect([...new Set(walked)].sort()).toEqual(rows.sort());
  });

  it("change the version by one or nothing at all", () => {
    everyStep(({ before, result, after }) => {
      if (result.kind === "changed") expect(after.version).toBe(before.version + 1);
      else expect(after).toBe(before);
    });
  });

  it("keep exactly the fields of the status", () => {
    everyStep(({ after }) => {
      expect(Object.keys(after).sort()).toEqual([...FACT_KEYS, ...ARM_KEYS[after.status]].sort());
    });
  });

  it("never have a cancel request on a generation that waits for a submit or a person", () => {
    everyStep(({ after }) => {
      const isWaiting = after.status === "queued" || after.status === "held";
      // One that a redrive would send again may be kept from it.
      const isFailure = after.status === "failed" && !DENIED.includes(after.reason);
      if (isWaiting || isFailure) expect(after.cancelRequestedAt).toBeNull();
    });
  });
});

describe("I3: what may have been paid", () => {
  it("never exceeds the limit, unless a person or the upstream adds to it unasked", () => {
    everyHistory(({ policy, maxPaidAttempts, steps }) => {
      const limit = policy === "hold" ? 1 : maxPaidAttempts;
      for (const { before, event, after } of steps) {
        if (addsUnasked(before, event)) return;
        expect(paidAttempts(after)).toBeLessThanOrEqual(limit);
      }
    });
  });

  it("lists each unresolved attempt once, and never the current one", () => {
    everyStep(({ after }) => {
      const attempts = after.unresolved.map(({ attempt }) => attempt);
      expect(new Set(attempts).size).toBe(attempts.length);
      if (after.status === "submitting" || after.status === "unconfirmed") {
        expect(attempts).not.toContain(after.attempt);
      }
      for (const attempt of attempts) expect(attempt).toBeLessThanOrEqual(after.attempt);
    });
  });
});

describe("I4: a stored task id", () => {
  it("never disappears and is never stored twice", () => {
    everyStep(({ before, after }) => {
      const ids = taskIds(after);
      expect(ids).toEqual(expect.arrayContaining(taskIds(before)));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });
});

describe("I5: a settled generation", () => {
  it("is moved by a late finish and a redrive only", () => {
    everyStep(({ before, event, after }) => {
      if (!isTerminal(before.status) || after.status === before.status) return;
      expect(before.status).toBe("failed");
      expect(event.type).toBe(after.status === "succeeded" ? "finished_late" : "redriven");
    });
  });

  it("learns nothing else than about further tasks, attempts that were not paid, and a wish", () => {
    everyStep(({ before, event, result, after }) => {
      if (!isTerminal(before.status) || after.status !== before.status) return;
      if (result.kind === "ignored") return;
      if (event.type === "cancel_requested") {
        expect(after).toEqual({
          ...before,
          version: after.version,
          cancelRequestedAt: event.at,
        });
        return;
      }
      expect(["accepted", "confirmed", "not_sent", "refused", "rejected", "denied"]).toContain(
        event.type,
      );
      const { unresolved, extraTaskIds, version, ...rest } = after;
      expect({ ...before, unresolved, extraTaskIds, version }).toEqual(after);
      expect(rest).not.toHaveProperty("unresolved");
    });
  });

  it("counts a further settlement for exactly these two", () => {
    everyStep(({ before, event, result, after }) => {
      const isAnother = event.type === "finished_late" || event.type === "redriven";
      const expected = result.kind === "changed" && isAnother ? 1 : 0;
      expect(after.settlement - before.settlement).toBe(expected);
    });
  });
});

describe("I6: a failure that says the request is invalid", () => {
  it("leaves no attempt unresolved, nor does one of the account or the submit deadline", () => {
    everyStep(({ after }) => {
      if (after.status !== "failed") return;
      const { reason } = after;
      if (["abandoned", "timed_out", "generation_failed"].includes(reason)) return;
      expect(after.unresolved).toEqual([]);
    });
  });
});

describe("I7: from everywhere", () => {
  it("a path without faults leads to a settlement or to a person", () => {
    everyHistory((history) => {
      for (const start of generationsOf(history)) {
        let generation = start;
        for (let step = 0; step < 4 && !isAtRest(generation); step++) {
          const result = transition(generation, faultFree(generation));
          generation = result.kind === "changed" ? result.generation : generation;
        }
        expect(isAtRest(generation)).toBe(true);
      }
    });
  });
});

describe("I8: a repetition", () => {
  it("of the same event right after it changes nothing", () => {
    everyStep(({ event, after }) => {
      expect(transition(after, event).kind).toBe("ignored");
    });
  });

  it("of anything that an attempt once changed changes nothing ever again", () => {
    everyStep(({ after }, earlier) => {
      for (const { before, event, result } of earlier) {
        // What a person does may be done again, when the generation is held again.
        if (result.kind !== "changed" || !("attempt" in event) || event.type === "attached")
          continue;
        // A task that was lost may be found again.
        if (event.type === "confirmed" && after.status === "held") continue;
        // Nobody calls back for an attempt that was not begun.
        if (event.type === "confirmed" && before.attempt < event.attempt) continue;
        expect(transition(after, event).kind).toBe("ignored");
      }
    });
  });
});

function taskIds(g: Generation): string[] {
  const task = taskOf(g);
  return task === null ? [...g.extraTaskIds] : [task.taskId, ...g.extraTaskIds];
}

function isAtRest(g: Generation): boolean {
  return isTerminal(g.status) || g.status === "held";
}

/**
 * Whether more may be paid than our own rules would spend: a person sends it again or brings a
 * task, or a task appears for an attempt whose outcome was known already.
 */
function addsUnasked(g: Generation, event: LifecycleEvent): boolean {
  if (event.type === "resubmitted" || event.type === "attached") return true;
  if (!("taskId" in event)) return false;
  const isInFlight = g.status === "submitting" || g.status === "unconfirmed";
  const isCurrent = isInFlight && g.attempt === event.attempt;
  return !isCurrent && !g.unresolved.some(({ attempt }) => attempt === event.attempt);
}

/** What happens next when nothing goes wrong. */
function faultFree(g: Generation): LifecycleEvent {
  const at = 1_000_000;
  if (g.status === "queued") {
    return { type: "begun", at, attempt: g.attempt + 1, fence: "calm", sendDeadlineAt: at };
  }
  if (g.status === "submitting" || g.status === "unconfirmed") {
    const { attempt, fence } = g;
    return { type: "accepted", at, attempt, fence, taskId: `calm-${attempt}`, deadlineAt: at };
  }
  return { type: "finished", at };
}
