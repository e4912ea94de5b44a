import { describe, expect, it } from "vitest";

import type { BookedGeneration } from "./books.ts";
import type { LedgerLine } from "./ledger.ts";
import { type Evidence, judge } from "./verdict.ts";

const ID = "default_a";
const settled: BookedGeneration = {
  id: ID,
  status: "succeeded",
  reason: "",
  attempts: 1,
  tasks: ["t1"],
  unresolved: 0,
  answersLost: 0,
  prompt: "p1",
};
const line = (event: string, more: Partial<LedgerLine> = {}): LedgerLine => ({
  at: 1_000,
  event,
  taskId: null,
  code: null,
  prompt: null,
  ...more,
});
const submit = line("submit", { prompt: "p1" });
const accepted = (taskId: string, at = 1_000): LedgerLine =>
  line("accepted", { prompt: "p1", taskId, at });
const finished = line("settled", { prompt: "p1", taskId: "t1", code: 200 });

const CLEAN: Evidence = {
  promised: { kind: "resubmit", maxPaidAttempts: 3 },
  acknowledged: [ID],
  books: [settled],
  ledger: [submit, accepted("t1"), finished],
};
/** Paid twice after one lost answer, and admitted. */
const RESENT: Evidence = {
  ...CLEAN,
  books: [{ ...settled, attempts: 2, answersLost: 1, unresolved: 1 }],
  ledger: [submit, accepted("t0"), submit, accepted("t1"), finished],
};

function against(evidence: Evidence): Record<string, number> {
  const { findings } = judge(evidence);
  return Object.fromEntries(
    findings.flatMap(({ question, against: found }) =>
      found.length === 0 ? [] : [[question, found.length]],
    ),
  );
}

describe("the judge", () => {
  it("finds nothing where the books balance", () => {
    expect(against(CLEAN)).toEqual({});
    expect(against(RESENT)).toEqual({});
    expect(judge(RESENT)).toMatchObject({ paidTwice: 1, extraPayments: 1, ambiguous: 1 });
  });

  it.each<[string, Evidence]>([
    ["acknowledged and lost", { ...CLEAN, acknowledged: [ID, "default_b"] }],
    ["neither settled nor held", { ...CLEAN, books: [{ ...settled, status: "running" }] }],
    ["paid twice against the promise", { ...RESENT, promised: { kind: "hold" } }],
    [
      "paid twice against the promise",
      { ...RESENT, promised: { kind: "resubmit", maxPaidAttempts: 1 } },
    ],
    [
      "paid twice against the promise",
      {
        ...RESENT,
        promised: { kind: "callbacks", maxPaidAttempts: 3, graceMs: 500 },
        books: [{ ...settled, attempts: 2, answersLost: 1, tasks: ["t0", "t1"] }],
        ledger: [...RESENT.ledger, line("callback", { taskId: "t0", code: 204, at: 1_400 })],
      },
    ],
    ["more submits than attempts", { ...CLEAN, ledger: [submit, ...CLEAN.ledger] }],
    [
      "tasks of no generation",
      { ...CLEAN, ledger: [...CLEAN.ledger, line("accepted", { prompt: "p2", taskId: "t2" })] },
    ],
    ["tasks that nobody accepted", { ...CLEAN, books: [{ ...settled, tasks: ["t1", "t9"] }] }],
    [
      "settled against the upstream's end",
      { ...CLEAN, ledger: [submit, accepted("t1"), { ...finished, code: 500 }] },
    ],
    [
      "failed as invalid though it may be paid",
      {
        ...CLEAN,
        books: [
          { ...settled, status: "failed", reason: "invalid_request", tasks: [], unresolved: 1 },
        ],
      },
    ],
  ])("finds: %s", (question, evidence) => {
    expect(against(evidence)).toEqual({ [question]: 1 });
  });

  it("finds a lost answer that was never admitted, and the task that nobody knows", () => {
    const books = [{ ...settled, attempts: 2 }];
    expect(against({ ...RESENT, books })).toEqual({
      "paid twice against the promise": 1,
      "tasks of no generation": 1,
    });
  });

  it("finds a task that two generations have", () => {
    const other = { ...settled, id: "default_b", prompt: "p2" };
    const ledger = [...CLEAN.ledger, line("submit", { prompt: "p2" })];
    expect(against({ ...CLEAN, books: [settled, other], ledger })).toEqual({
      "tasks of two generations": 1,
      "tasks that nobody accepted": 1,
    });
  });

  it.each([
    ["never", []],
    ["too late", [line("callback", { taskId: "t0", code: 204, at: 1_501 })]],
    ["in vain", [line("callback", { taskId: "t0", code: 503, at: 1_400 })]],
  ])("excuses a second payment where the first task called back %s", (_, callbacks) => {
    const evidence: Evidence = {
      ...RESENT,
      promised: { kind: "callbacks", maxPaidAttempts: 3, graceMs: 500 },
      books: [{ ...settled, attempts: 2, answersLost: 1, tasks: ["t0", "t1"] }],
      ledger: [...RESENT.ledger, ...callbacks],
    };
    expect(against(evidence)).toEqual({});
    expect(judge(evidence).excused).toHaveLength(1);
  });
});
