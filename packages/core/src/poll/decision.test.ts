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
const NOW = 1_000_000;
const LATER = NOW + 3_600_000;
const MINUTE = 60_000;

const RUNNING = { kind: "running", taskStatus: "running", progress: null } as const;
const NOT_FOUND = { kind: "not_found" } as const;
const REJECTED = { kind: "rejected", httpStatus: 400 } as const;
const DENIED = { kind: "denied", httpStatus: 401 } as const;
const THROTTLED = { kind: "throttled", retryAfterMs: null } as const;
const UNAVAILABLE = { kind: "unavailable", detail: "reset", retryAfterMs: null } as const;

const UNFINISHED = [RUNNING, NOT_FOUND, REJECTED, DENIED, THROTTLED, UNAVAILABLE] as const;

describe("a poll that ends the task", () => {
  it.each([NOW - 1, LATER])("says finished with its files, before and after the deadline", (at) => {
    const files = [{ url: "http://127.0.0.1/v.mp4", type: "video" }];
    expect(decide({ kind: "finished", files }, { deadlineAt: at })).toEqual({
      kind: "finish",
      files,
    });
  });

  it.each(["no luck", null])("says failed with its message (%s)", (message) => {
    expect(decide({ kind: "failed", message })).toEqual({ kind: "fail", message });
    expect(decide({ kind: "failed", message }, { deadlineAt: NOW })).toEqual({
      kind: "fail",
      message,
    });
  });
});

describe("a poll that finds the task unfinished", () => {
  it("comes back after the schedule's next interval and forgets errors and doubts", () => {
    const facts: PollFacts = {
      pollCount: 2,
      errorCount: 4,
      doubt: { kind: "not_found", count: 3, since: NOW - MINUTE },
      progress: 30,
    };
    expect(decide({ ...RUNNING, progress: 40 }, { facts })).toEqual({
      kind: "again",
      delayMs: 6_750,
      facts: { pollCount: 3, errorCount: 0, doubt: null, progress: 40 },
    });
  });

  it("starts the schedule with the second interval, for the first one led to this poll", () => {
    expect(decide(RUNNING)).toMatchObject({ delayMs: 3_000, facts: { pollCount: 1 } });
  });

  it("keeps the progress that an earlier poll told, and takes a zero for what it is", () => {
    const facts = { ...NO_POLLS, progress: 30 };
    expect(decide(RUNNING, { facts })).toMatchObject({ facts: { progress: 30 } });
    expect(decide({ ...RUNNING, progress: 0 }, { facts })).toMatchObject({
      facts: { progress: 0 },
    });
  });
});

describe("a poll that says nothing about the task", () => {
  it.each([
    [NOT_FOUND, [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 15_000]],
    [REJECTED, [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 15_000]],
    [THROTTLED, [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 15_000]],
    [UNAVAILABLE, [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 15_000]],
    [DENIED, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]],
  ] as const)("backs off by its own streak: %j", (outcome, delays) => {
    const decisions = [0, 1, 2, 3, 4, 5, 6].map((errorCount) =>
      decide(outcome, { facts: { ...NO_POLLS, errorCount } }),
    );
    expect(decisions.map((d) => (d.kind === "again" ? d.delayMs : d.kind))).toEqual(delays);
  });

  it.each([THROTTLED, UNAVAILABLE])("follows longer advice of the upstream: %j", (outcome) => {
    expect(decide({ ...outcome, retryAfterMs: 90_000 })).toMatchObject({ delayMs: 90_000 });
    const facts = { ...NO_POLLS, errorCount: 20 };
    expect(decide({ ...outcome, retryAfterMs: 2_000 }, { facts })).toMatchObject({
      delayMs: 15_000,
    });
  });

  it("never comes back sooner than the shortest interval", () => {
    for (const outcome of UNFINISHED) {
      const decision = decide(outcome, { random: () => 0 });
      expect(decision.kind === "again" && decision.delayMs).toBeGreaterThanOrEqual(1_000);
    }
  });

  it.each([NOT_FOUND, REJECTED, DENIED, THROTTLED, UNAVAILABLE])(
    "does not move the schedule of good answers: %j",
    (outcome) => {
      const facts = { ...NO_POLLS, pollCount: 3, progress: 10 };
      expect(decide(outcome, { facts })).toMatchObject({
        kind: "again",
        facts: { pollCount: 3, errorCount: 1, progress: 10 },
      });
    },
  );
});

describe("a doubt about the task", () => {
  const cases = [
    [NOT_FOUND, "task_not_found", 5, 10 * MINUTE],
    [REJECTED, "status_rejected", 3, 2 * MINUTE],
  ] as const;

  it.each(cases)(
    "asks a person only when it is both long and repeated: %j",
    (outcome, reason, count, ms) => {
      const { kind } = outcome;
      const after = (polls: number, since: number): PollDecision["kind"] =>
        decide(outcome, { facts: { ...NO_POLLS, doubt: { kind, count: polls - 1, since } } }).kind;
      expect(after(count, NOW - ms)).toBe("hold");
      expect(after(count - 1, NOW - ms)).toBe("again");
      expect(after(count, NOW - ms + 1)).toBe("again");
      const facts = { ...NO_POLLS, doubt: { kind, count: count - 1, since: NOW - ms } };
      expect(decide(outcome, { facts })).toEqual({ kind: "hold", reason });
      expect(decide(outcome, { facts, deadlineAt: NOW })).toEqual({ kind: "hold", reason });
    },
  );

  it.each(cases)("counts from its first answer: %j", (outcome) => {
    const { kind } = outcome;
    expect(decide(outcome)).toMatchObject({ facts: { doubt: { kind, count: 1, since: NOW } } });
    const facts = { ...NO_POLLS, doubt: { kind, count: 1, since: NOW - 7 } };
    expect(decide(outcome, { facts })).toMatchObject({
      facts: { doubt: { count: 2, since: NOW - 7 } },
    });
  });

  it("of one kind starts anew after a doubt of the other", () => {
    const facts = { ...NO_POLLS, doubt: { kind: "not_found", count: 9, since: 0 } } as const;
    expect(decide(REJECTED, { facts })).toMatchObject({
      kind: "again",
      facts: { doubt: { kind: "rejected", count: 1, since: NOW } },
    });
  });

  it.each([DENIED, THROTTLED, UNAVAILABLE])(
    "is neither counted nor forgotten nor settled by an answer that says nothing: %j",
    (outcome) => {
      const doubt = { kind: "not_found", count: 9, since: 0 } as const;
      expect(decide(outcome, { facts: { ...NO_POLLS, doubt } })).toMatchObject({
        kind: "again",
        facts: { doubt },
      });
    },
  );
});

describe("the deadline", () => {
  it.each([RUNNING, NOT_FOUND, REJECTED])(
    "ends the waiting when it has come and the task was answered about: %j",
    (outcome) => {
      expect(decide(outcome, { deadlineAt: NOW })).toEqual({ kind: "time_out" });
      expect(decide(outcome, { deadlineAt: NOW - 1 })).toEqual({ kind: "time_out" });
      expect(decide(outcome, { deadlineAt: NOW + 1 }).kind).toBe("again");
    },
  );

  it.each([THROTTLED, UNAVAILABLE])(
    "waits for an answer, but no longer than its grace: %j",
    (outcome) => {
      const after = (overdueMs: number) => decide(outcome, { deadlineAt: NOW - overdueMs });
      expect(after(0).kind).toBe("again");
      expect(after(UNANSWERED_GRACE_MS - 1).kind).toBe("again");
      expect(after(UNANSWERED_GRACE_MS)).toEqual({ kind: "time_out" });
    },
  );

  it("asks a person about a task that is refused again and again behind a lane that is not", () => {
    const at = (count: number, since: number) => ({
      facts: { ...NO_POLLS, doubt: { kind: "denied", count, since } as const },
      isLaneRefused: false,
    });
    const { count, durationMs } = SETTINGS.rejected;
    const last = at(count - 1, NOW - durationMs);
    expect(decide(DENIED, last)).toEqual({ kind: "hold", reason: "status_rejected" });
    expect(decide(DENIED, at(count - 2, NOW - durationMs)).kind).toBe("again");
    expect(decide(DENIED, at(count - 1, NOW - durationMs + 1)).kind).toBe("again");
    // While the lane is refused as a whole, it says nothing of the task.
    expect(decide(DENIED, { ...last, isLaneRefused: true })).toMatchObject({ kind: "again" });
    expect(decide(DENIED, { isLaneRefused: false })).toMatchObject({
      facts: { doubt: { kind: "denied", count: 1, since: NOW } },
    });
    // A doubt of another kind is not forgotten for it.
    const doubt = { kind: "not_found", count: 4, since: 0 } as const;
    const unknown = { facts: { ...NO_POLLS, doubt }, isLaneRefused: false };
    expect(decide(DENIED, unknown)).toMatchObject({ kind: "again", facts: { doubt } });
  });

  it("waits while the account is refused, at the pace of refusals", () => {
    const facts = { ...NO_POLLS, errorCount: 9 };
    expect(decide(DENIED, { facts, deadlineAt: NOW - MINUTE })).toEqual({
      kind: "again",
      delayMs: 30_000,
      facts: { ...facts, errorCount: 10 },
    });
  });

  it("pulls the next poll closer, the upstream's advice notwithstanding", () => {
    const facts = { ...NO_POLLS, pollCount: 20 };
    expect(decide(RUNNING, { facts, deadlineAt: NOW + 4_000 })).toMatchObject({ delayMs: 4_000 });
    expect(decide(RUNNING, { facts, deadlineAt: NOW + 200 })).toMatchObject({ delayMs: 1_000 });
    const throttled = { ...THROTTLED, retryAfterMs: 90_000 };
    expect(decide(throttled, { deadlineAt: NOW + 4_000 })).toMatchObject({ delayMs: 4_000 });
  });
});

function decide(
  outcome: StatusOutcome,
  context: {
    readonly facts?: PollFacts;
    readonly deadlineAt?: number;
    readonly isLaneRefused?: boolean;
    readonly random?: () => number;
  } = {},
): PollDecision {
  const {
    facts = NO_POLLS,
    deadlineAt = LATER,
    isLaneRefused = true,
    random = () => 0.5,
  } = context;
  const about = { facts, now: NOW, deadlineAt, isLaneRefused };
  return decideAfterPoll(outcome, about, SETTINGS, random);
}
