import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { GENERATIONS, NOW as at } from "../../test/generation-fixtures.ts";
import { transition, type LifecycleEvent } from "../lifecycle/index.ts";
import type { SubmitOutcome } from "../upstream-outcome/index.ts";
import { backoffMs, SUBMIT_BACKOFF } from "./backoff.ts";
import { decideAfterSubmit, type RefusalHistory, type SubmitDecision } from "./submit-decision.ts";

const FIRST: RefusalHistory = { lastError: null, refusalCount: 0 };
const middle = (): number => 0.5;

const TABLE: readonly [SubmitOutcome, SubmitDecision][] = [
  [
    { kind: "accepted", taskId: "task-1", flagged: false },
    { kind: "accept", taskId: "task-1" },
  ],
  [
    { kind: "accepted", taskId: "task-1", flagged: true },
    { kind: "accept", taskId: "task-1" },
  ],
  [
    { kind: "not_sent", detail: "connect_refused" },
    { kind: "not_sent", delayMs: 250 },
  ],
  [
    { kind: "throttled", httpStatus: 429, retryAfterMs: null },
    { kind: "refuse", code: "rate_limited", delayMs: 250 },
  ],
  [
    { kind: "throttled", httpStatus: 429, retryAfterMs: 2_000 },
    { kind: "refuse", code: "rate_limited", delayMs: 2_000 },
  ],
  [
    { kind: "unavailable", httpStatus: 503, retryAfterMs: null },
    { kind: "refuse", code: "upstream_unavailable", delayMs: 250 },
  ],
  [
    { kind: "unavailable", httpStatus: 503, retryAfterMs: 3_000 },
    { kind: "refuse", code: "upstream_unavailable", delayMs: 3_000 },
  ],
  [
    { kind: "misconfigured", httpStatus: 404 },
    { kind: "refuse", code: "upstream_misconfigured", delayMs: 250 },
  ],
  [
    { kind: "rejected", httpStatus: 400, message: "no such mode" },
    { kind: "reject", message: "no such mode" },
  ],
  [
    { kind: "denied", code: "authentication_error", httpStatus: 401, message: "bad key" },
    { kind: "deny", code: "authentication_error", message: "bad key" },
  ],
  [
    { kind: "denied", code: "insufficient_credits", httpStatus: 402, message: "no credits" },
    { kind: "deny", code: "insufficient_credits", message: "no credits" },
  ],
  [{ kind: "ambiguous", detail: "reset" }, { kind: "lose_answer" }],
];

const RETRIED = TABLE.filter(([, decision]) => "delayMs" in decision);

describe("decideAfterSubmit", () => {
  it.each(TABLE)("turns %j into %j", (outcome, decision) => {
    expect(decideAfterSubmit(outcome, FIRST, middle)).toEqual(decision);
  });

  it("retries what was refused for now or not sent, and nothing else", () => {
    expect(new Set(RETRIED.map(([outcome]) => outcome.kind))).toEqual(
      new Set(["not_sent", "throttled", "unavailable", "misconfigured"]),
    );
  });

  it.each(RETRIED)("lets the delay of %j grow with its own streak only", (outcome, decision) => {
    const code = decision.kind === "refuse" ? decision.code : decision.kind;
    const advice = "retryAfterMs" in outcome ? outcome.retryAfterMs : null;
    const delayAfter = (history: RefusalHistory): unknown =>
      decideAfterSubmit(outcome, history, middle);
    const expected = (count: number): object => ({
      ...decision,
      delayMs: backoffMs(SUBMIT_BACKOFF, count, middle, advice),
    });
    expect(delayAfter({ lastError: code, refusalCount: 6 })).toEqual(expected(7));
    expect(delayAfter({ lastError: "answer_lost", refusalCount: 6 })).toEqual(expected(1));
  });

  it("counts the streak exactly as the lifecycle records it", () => {
    const g = GENERATIONS.submitting.plain;
    const history = fc.record({
      lastError: fc.constantFrom(
        null,
        ...(["not_sent", "rate_limited", "upstream_unavailable", "answer_lost"] as const),
      ),
      refusalCount: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(history, fc.constantFrom(...RETRIED), (facts, [outcome]) => {
        const bare = "retryAfterMs" in outcome ? { ...outcome, retryAfterMs: null } : outcome;
        const decision = decideAfterSubmit(bare, facts, middle);
        const result = transition({ ...g, ...facts }, eventOf(decision, g));
        if (result.kind !== "changed") throw new Error(`ignored as ${result.reason}`);
        const { refusalCount } = result.generation;
        expect(decision).toHaveProperty("delayMs", backoffMs(SUBMIT_BACKOFF, refusalCount, middle));
      }),
    );
  });
});

function eventOf(
  decision: SubmitDecision,
  { attempt, fence }: { readonly attempt: number; readonly fence: string },
): LifecycleEvent {
  const ref = { at, attempt, fence };
  if (decision.kind === "not_sent") {
    return { type: "not_sent", ...ref, wakeAt: at + decision.delayMs };
  }
  if (decision.kind === "refuse") {
    return { type: "refused", ...ref, code: decision.code, wakeAt: at + decision.delayMs };
  }
  throw new Error(`${decision.kind} is not retried`);
}
