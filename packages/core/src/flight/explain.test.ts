import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { factsOfHistory, flightFacts, linesOf } from "../../test/flight-facts.ts";
import {
  CURRENT,
  freshGeneration,
  GENERATIONS,
  NEW_TASK_ID,
  NOW,
  OLDER,
} from "../../test/generation-fixtures.ts";
import { histories } from "../../test/random-histories.ts";
import { causeWords } from "./cause-words.ts";
import { ruleOf } from "./rule-of.ts";
import {
  HELD_REASONS,
  FAILED_REASONS,
  STATUSES,
  transition,
  TRANSITIONS,
} from "../lifecycle/index.ts";
import type { Generation, LifecycleEvent } from "../lifecycle/index.ts";
import { explain, flightWords, type HistoryEntry } from "./index.ts";

const { queued, submitting, unconfirmed, held, running, succeeded, failed, canceled } = GENERATIONS;

describe("the explanation of random histories", () => {
  it("has every transition of the table in words, under the rule that moved it", () => {
    const told = new Set<string>();
    for (const history of fc.sample(histories, { numRuns: 2_000, seed: 1 })) {
      const changes = history.steps.filter(({ result }) => result.kind === "changed");
      const [, ...steps] = explain(factsOfHistory(history)).steps;
      expect(steps).toHaveLength(changes.length);
      for (const [index, { before, event, after }] of changes.entries()) {
        const step = steps[index]!;
        const row = TRANSITIONS[before.status][event.type];
        expect(row?.rule.split(", ")).toContain(step.rule);
        expect(step).toMatchObject({ event: event.type, from: before.status, to: after.status });
        expect(step.cause).toMatch(/^[A-Z].*\.$/);
        told.add(`${before.status} ${event.type} ${after.status} ${step.rule}`);
      }
    }
    const rows = STATUSES.flatMap((from) =>
      Object.entries(TRANSITIONS[from]).flatMap(([type, { to }]) =>
        to.map((target) => `${from} ${type} ${target}`),
      ),
    );
    const toldRows = new Set([...told].map((line) => line.split(" ").slice(0, 3).join(" ")));
    expect([...toldRows].sort()).toEqual(rows.sort());
    const rules = new Set([...told].map((line) => line.split(" ").at(-1)));
    for (const one of ["T4", "T4a", "T6", "T7", "T10", "T11", "T13", "T13b"]) {
      expect(rules).toContain(one);
    }
  });

  it("names the submits that the record says may be paid, and counts them", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const facts = factsOfHistory(history);
        const { generation } = facts.stored;
        const { money, submits } = explain(facts);
        const inDoubt = generation.unresolved.map(({ attempt }) => attempt);
        expect(money.attempts).toEqual(expect.arrayContaining(inDoubt));
        expect(money.mayBePaidCount).toBeGreaterThanOrEqual(inDoubt.length);
        expect(money.atMostCredits).toBe(36 * money.mayBePaidCount);
        expect(submits.map(({ attempt }) => attempt)).toEqual(submits.map((_, index) => index + 1));
      }),
    );
  });

  it("is given whatever the lines are, and says where one of them changed nothing", () => {
    const anyLines = fc.array(histories, { minLength: 1, maxLength: 3 }).chain((many) => {
      const lines = many.flatMap((history) => factsOfHistory(history).history);
      return fc.shuffledSubarray([...lines]);
    });
    const anyGeneration = fc.constantFrom<Generation>(
      ...Object.values(GENERATIONS).flatMap((variants) => Object.values<Generation>(variants)),
    );
    fc.assert(
      fc.property(anyLines, anyGeneration, (history, generation) => {
        const record = explain(flightFacts(generation, { history }));
        expect(record.steps).toHaveLength(history.length);
        for (const { rule, event, cause } of record.steps) {
          if (event !== "enqueued" && rule === null) expect(cause).toContain("changed nothing");
        }
        expect(flightWords(record)).toContain(generation.id);
      }),
    );
  });

  it("never tells an address, even where a message came with one", () => {
    const address = fc.webUrl({ withFragments: true, withQueryParameters: true });
    fc.assert(
      fc.property(histories, address, fc.string(), (history, url, before) => {
        const facts = factsOfHistory(history);
        const message = `${before} ${url} was refused`;
        const record = explain({ ...facts, stored: { ...facts.stored, message } });
        const host = new URL(url).host;
        expect(record.message).toContain("[address]");
        expect(JSON.stringify(record.message)).not.toContain(`//${host}`);
        expect(flightWords(record)).not.toContain("://");
      }),
    );
  });
});

describe("what is awaited", () => {
  it.each([
    ["queued", queued.plain, "submit_worker", null],
    ["queued after a refusal", { ...queued.plain, wakeAt: NOW + 500 }, "submit_worker", NOW + 500],
    ["submitting", submitting.plain, "submit_worker", 9_000],
    ["submitting, canceled", submitting.cancel, "submit_worker", 9_000],
    ["unconfirmed", unconfirmed.plain, "upstream", 9_000],
    ["unconfirmed, canceled", unconfirmed.cancel, "upstream", 9_000],
    ["held", held.plain, "person", null],
    ["running", running.plain, "status_worker", 60_000],
    ["running, canceled", running.cancel, "status_worker", 60_000],
  ] as const)("by one that is %s", (_, generation, by, until) => {
    const record = explain(flightFacts(generation, { lookAt: 9_000 }));
    expect(record.awaited).toMatchObject({ by, until });
    const isCanceled = generation.cancelRequestedAt !== null;
    expect(/cancel/.test(record.awaited?.what ?? "")).toBe(isCanceled);
    expect(record.summary.includes("A cancel was asked for.")).toBe(isCanceled);
  });

  it.each([succeeded.plain, failed.timed_out, canceled.plain])(
    "is nothing, once it is $status",
    (generation) => {
      const record = explain(flightFacts(generation, {}));
      expect(record.awaited).toBeNull();
      expect(flightWords(record)).toContain("Nothing: it is settled.");
    },
  );

  it("is the lane, where that lets nobody begin", () => {
    const words = "The lane is halted: the balance does not cover a submit.";
    const command = "apidot-queue lanes resume default";
    const record = explain(flightFacts(queued.plain, {}), { words, until: null, command });
    expect(record.awaited).toEqual({ what: words, by: "lane", until: null });
    expect(record.actions.map((one) => one.command)).toContain(command);
    const silent = explain(flightFacts(queued.plain, {}), { words, until: 9_000, command: null });
    expect(silent.awaited?.until).toBe(9_000);
    expect(silent.actions).toHaveLength(1);
  });
});

describe("what is awaited beside the usual", () => {
  const awaitedLook = { until: NOW + 900 };

  it("is a status call, where a callback named a task", () => {
    const waits = explain(flightFacts(queued.plain, { awaitedLook: { until: null } })).awaited;
    expect(waits).toMatchObject({ by: "status_worker", until: null });
    const grace = explain(flightFacts(unconfirmed.plain, { lookAt: NOW, awaitedLook })).awaited;
    expect(grace).toMatchObject({ by: "status_worker", until: NOW + 900 });
    expect(grace?.what).toContain("held for a person");
    const given = explain(flightFacts(unconfirmed.cancel, { lookAt: NOW, awaitedLook })).awaited;
    expect(given?.what).toContain("canceled");
  });

  it("is a late end of its task, where one that has failed is still looked at", () => {
    const { awaited } = explain(flightFacts(failed.timed_out, { awaitedLook }));
    expect(awaited).toMatchObject({ by: "status_worker", until: NOW + 900 });
  });

  it("is the lane while status calls are refused, because the deadline stands still", () => {
    const facts = flightFacts(running.plain, { deadlineAt: null });
    expect(explain(facts).awaited).toMatchObject({ by: "lane", until: null });
    const command = "apidot-queue lanes resume default";
    const words = "The lane is halted: the upstream refuses its key.";
    const { awaited, actions } = explain(facts, { words, until: null, command });
    expect(awaited?.what).toContain(words);
    expect(actions.map((one) => one.command)).toContain(command);
  });

  it("is the end of a task until its deadline, later by as long as status calls were refused", () => {
    const facts = flightFacts(running.plain, { deadlineAt: 99_000 });
    expect(explain(facts).awaited?.until).toBe(99_000);
  });
});

describe("what a person can do", () => {
  const commandsOf = (generation: Generation): string[] =>
    explain(flightFacts(generation, {})).actions.map(({ command }) => command);
  const { id } = queued.plain;

  it("is told as whole command lines for every status", () => {
    expect(commandsOf(queued.plain)).toEqual([`apidot-queue cancel ${id}`]);
    for (const one of [submitting.plain, unconfirmed.plain, running.plain]) {
      expect(commandsOf(one)).toEqual([`apidot-queue watch ${id}`, `apidot-queue cancel ${id}`]);
    }
    expect(commandsOf(running.cancel)).toEqual([`apidot-queue watch ${id}`]);
    expect(commandsOf(held.unresolved)).toEqual([
      `apidot-queue resolve ${id} attach --task-id <task id> --attempt 1 --reason "<why>"`,
      `apidot-queue resolve ${id} resubmit --reason "<why>"`,
      `apidot-queue resolve ${id} abandon --reason "<why>"`,
      `apidot-queue cancel ${id}`,
    ]);
    expect(commandsOf(held.plain)[0]).not.toContain("--attempt");
    const twice = { ...held.unresolved, unresolved: [OLDER, CURRENT] };
    expect(commandsOf(twice)[0]).toContain(" --attempt <1 or 3> ");
    expect(commandsOf(succeeded.plain)).toEqual([]);
    for (const one of [failed.invalid, failed.timed_out, canceled.plain]) {
      expect(commandsOf(one)).toEqual([`apidot-queue retry ${id}`]);
    }
  });

  it("warns before a second payment, and only where there may have been a first one", () => {
    const payingOf = (generation: Generation): boolean[] =>
      explain(flightFacts(generation, {})).actions.map(({ mayPayAgain }) => mayPayAgain);
    // One extra task is among the fixtures.
    const fresh = { extraTaskIds: [] };
    expect(payingOf({ ...held.plain, ...fresh })).toEqual([false, false, false, false]);
    expect(payingOf({ ...held.unresolved, ...fresh })).toEqual([false, true, false, false]);
    expect(payingOf({ ...failed.invalid, ...fresh })).toEqual([false]);
    expect(payingOf({ ...failed.timed_out, ...fresh })).toEqual([true]);
  });
});

describe("the summary", () => {
  it("says why one is held or failed", () => {
    for (const reason of HELD_REASONS) {
      const record = explain(flightFacts({ ...held.plain, reason }, {}));
      expect(record).toMatchObject({ code: reason, status: "held" });
      expect(record.summary).toMatch(/^It is held\. [A-Z].*\.$/);
    }
    for (const reason of FAILED_REASONS) {
      const record = explain(flightFacts({ ...failed.invalid, reason }, {}));
      expect(record).toMatchObject({ code: reason, status: "failed" });
      expect(record.summary).toMatch(/^It failed\. [A-Z].*\.$/);
    }
    expect(explain(flightFacts(succeeded.plain, {})).code).toBeNull();
  });
});

describe("the money", () => {
  const words = (generation: Generation, parts: Parameters<typeof flightFacts>[1] = {}): string =>
    explain(flightFacts(generation, parts)).money.words;
  const fresh = { extraTaskIds: [] };

  it("is nothing where nothing can have been paid", () => {
    expect(words({ ...queued.plain, ...fresh })).toBe("Nothing of it can have been paid.");
  });

  it("counts a task, what is unresolved and what is under way", () => {
    expect(words({ ...running.unresolved, ...fresh })).toBe(
      "2 submits may be paid. At most about 72 credits by the catalog of 2026-06-14: an estimate, never the bill.",
    );
    expect(words({ ...submitting.plain, ...fresh })).toMatch(/^One submit may be paid\. At most/);
  });

  it("names further tasks", () => {
    const record = explain(flightFacts(held.task, {}));
    expect(record.money).toMatchObject({ mayBePaidCount: 2, extraTaskIds: ["task-extra"] });
    expect(flightWords(record)).toContain("Further tasks: task-extra.");
  });

  it("has no amount for a model without a price", () => {
    const record = explain(flightFacts(running.plain, { stored: { estimate: null } }));
    expect(record.money).toMatchObject({ estimatedCredits: null, atMostCredits: null });
    expect(record.money.words).toContain("The catalog has no price for its model.");
  });
});

describe("a submit", () => {
  const at = 2_000;
  const begun: LifecycleEvent = {
    type: "begun",
    at,
    attempt: 1,
    fence: "f1",
    sendDeadlineAt: at,
  };
  const submitsOf = (history: readonly HistoryEntry[], generation: Generation) =>
    explain(flightFacts(generation, { history })).submits;
  const attemptOne = { ...submitting.plain, attempt: 1, fence: "f1" };

  it("is told with how far it got, what was answered and how long that took", () => {
    const refused: LifecycleEvent = {
      type: "refused",
      at: at + 240,
      attempt: 1,
      fence: "f1",
      code: "rate_limited",
      wakeAt: at + 2_240,
    };
    const history = linesOf([begun, refused], { httpStatus: 429, detail: null });
    const record = explain(flightFacts({ ...queued.plain, attempt: 1 }, { history }));
    expect(record.submits).toEqual([
      {
        attempt: 1,
        begunAt: at,
        endedAt: at + 240,
        durationMs: 240,
        phase: "answered",
        outcome: "refused",
        httpStatus: 429,
        detail: null,
        taskId: null,
        mayBePaid: false,
      },
    ]);
    expect(record.steps.at(-1)?.cause).toBe(
      "The upstream asked for a slower pace at attempt 1 (HTTP 429). It may begin again after 2 s.",
    );
    const unreached = linesOf([begun, refused], { httpStatus: null, detail: "connect_refused" });
    const { submits } = explain(
      flightFacts({ ...queued.plain, attempt: 1 }, { history: unreached }),
    );
    expect(submits).toMatchObject([{ httpStatus: null, detail: "connect_refused" }]);
    const words = flightWords(record);
    expect(words).toContain("attempt 1: refused for now, HTTP 429, within 0.24 s, not paid");
  });

  it("that is under way may be paid, and has no end", () => {
    expect(submitsOf(linesOf([begun]), attemptOne)).toMatchObject([
      { outcome: "open", phase: "open", endedAt: null, durationMs: null, mayBePaid: true },
    ]);
  });

  it("that was overtaken by a late answer has no outcome of its own", () => {
    const generation = { ...running.plain, attempt: 2, unresolved: [{ attempt: 2, fence: "f2" }] };
    const second = { ...begun, attempt: 2, fence: "f2" };
    expect(submitsOf(linesOf([second]), generation)).toMatchObject([
      { attempt: 2, outcome: "unanswered", phase: "unknown", mayBePaid: true },
    ]);
  });

  it("whose task somebody found later counts as accepted", () => {
    const lost: LifecycleEvent = {
      type: "answer_lost",
      at: at + 45_000,
      attempt: 1,
      fence: "f1",
      code: "answer_lost",
      graceEndAt: at + 50_000,
    };
    const attached = { type: "attached", at: at + 90_000, attempt: 1, deadlineAt: 0 } as const;
    const found: LifecycleEvent = { ...attached, taskId: NEW_TASK_ID };
    const lostLines = linesOf([begun, lost], { httpStatus: 502, detail: "foreign_5xx" });
    const inDoubt = { ...held.unresolved, attempt: 1, unresolved: [OLDER] };
    const words = flightWords(explain(flightFacts(inDoubt, { history: lostLines })));
    expect(words).toContain(
      "sent, no valid answer, HTTP 502, foreign_5xx, within 45 s, may be paid",
    );
    expect(submitsOf(lostLines, inDoubt)).toMatchObject([
      { outcome: "answer_lost", phase: "sent", httpStatus: 502, detail: "foreign_5xx" },
    ]);
    const foundLines: HistoryEntry[] = [
      ...lostLines,
      { kind: "event", at: found.at, event: found },
    ];
    expect(submitsOf(foundLines, running.plain)).toMatchObject([
      { outcome: "accepted", taskId: NEW_TASK_ID, mayBePaid: true },
    ]);
  });
});

describe("lines that move nothing", () => {
  it("are told as what they are, and a person's words stand beside the decision", () => {
    const history: HistoryEntry[] = [
      ...linesOf([]),
      { kind: "stale", at: 1_100, outcome: "refused", attempt: 1 },
      { kind: "woken", at: 1_200, wake: 2 },
      { kind: "event", at: 1_300, event: { type: "abandoned", at: 1_300 }, reasonNumber: 1 },
      { kind: "event", at: 1_400, event: { type: "resubmitted", at: 1_400 }, reasonNumber: 9 },
    ];
    const facts = flightFacts(freshGeneration(), { history, reasons: ["nobody\nwaits"] });
    const record = explain(facts);
    expect(record.steps).toMatchObject([
      { event: "enqueued", rule: "T1", from: null, to: "queued" },
      { event: "stale", rule: null, attempt: 1 },
      { event: "woken", rule: null },
      { event: "abandoned", rule: null, reason: "nobody\nwaits" },
      { event: "resubmitted", rule: null, reason: null },
    ]);
    expect(flightWords(record)).toMatch(/It changed nothing\. “nobody waits”$/m);
  });
});

describe("a look", () => {
  it("at a task that was known is told without an attempt, and folded denials by their rule", () => {
    const { taskId } = running.plain.task;
    const confirmed = {
      type: "confirmed",
      at: NOW,
      attempt: 0,
      taskId,
      deadlineAt: NOW,
    } as const;
    const cause = causeWords(held.task, confirmed, running.plain, null);
    expect(cause).toBe(`A status call knows task ${taskId} again, and it is followed.`);
  });
});

describe("callbacks", () => {
  it("are told as hints, and so is a task that was not to be found", () => {
    const history: HistoryEntry[] = [
      { kind: "enqueued", at: 1_000 },
      { kind: "called_back", at: 2_000, attempt: 1 },
      { kind: "look_ended", at: 3_000, attempt: 1 },
      { kind: "look_ended", at: 4_000, attempt: 0 },
    ];
    const [, ...steps] = explain(flightFacts(queued.plain, { history })).steps;
    expect(steps).toMatchObject([
      {
        event: "called_back",
        rule: null,
        attempt: 1,
        cause: expect.stringContaining("has to say"),
      },
      { event: "look_ended", rule: null, attempt: 1, cause: expect.stringContaining("attempt 1") },
      {
        event: "look_ended",
        rule: null,
        attempt: null,
        cause: expect.stringMatching(/at its task/),
      },
    ]);
  });

  it.each([
    ["that do not come are the reason why one is held", "channel_silent", "too few"],
    ["that nobody can check are the reason why one is held", "look_unanswered", "no status call"],
  ] as const)("%s", (_, policy, words) => {
    const ended = { type: "grace_ended", at: NOW, policy, maxPaidAttempts: 3 } as const;
    const after = transition(unconfirmed.plain, ended);
    if (after.kind !== "changed") throw new Error("it is held");
    expect(ruleOf(unconfirmed.plain, ended, after.generation)).toBe("T10");
    expect(causeWords(unconfirmed.plain, ended, after.generation, null)).toContain(words);
  });

  it("that name a second task are told as a second payment", () => {
    const { plain } = running;
    const taskId = NEW_TASK_ID;
    const event = { type: "confirmed", at: NOW, attempt: 1, taskId, deadlineAt: NOW } as const;
    const after = transition(plain, event);
    if (after.kind !== "changed") throw new Error("it is kept");
    expect(ruleOf(plain, event, after.generation)).toBe("T4a");
    expect(causeWords(plain, event, after.generation, null)).toContain("paid as well");
  });
});

describe("the polls", () => {
  it("are told with what they said and when the next one is due", () => {
    const polls = {
      pollCount: 7,
      errorCount: 2,
      doubt: { kind: "not_found", count: 3, since: 4_000 },
      progress: 42,
    } as const;
    const facts = flightFacts(running.plain, { lookAt: NOW + 15_000, stored: { polls } });
    expect(explain(facts).polls).toEqual({
      openCount: 7,
      failedInARowCount: 2,
      doubt: polls.doubt,
      progress: 42,
      nextAt: NOW + 15_000,
    });
    expect(flightWords(explain(facts))).toContain(
      '7 said "not over", 42 % done, the last 2 failed, 3 in a row said that there is no such task, the next one is due in 15 s.',
    );
    const due = explain({ ...facts, lookAt: NOW });
    expect(flightWords(due)).toContain("the next one is due now.");
  });

  it("are none without a task, and have no next one at the end", () => {
    expect(explain(flightFacts(queued.plain, {})).polls).toBeNull();
    expect(explain(flightFacts(succeeded.plain, { lookAt: 1 })).polls?.nextAt).toBeNull();
  });
});

describe("the words", () => {
  it("say what the upstream said, what is retried, and impossible times as they are", () => {
    const stored = { message: "the prompt is\r\ntoo long", retryOf: "default_older" };
    const generation = { ...failed.invalid, createdAt: Number.MAX_VALUE };
    const words = flightWords(explain(flightFacts(generation, { stored })));
    expect(words).toContain("The upstream said: the prompt is too long");
    expect(words).toContain("It retries default_older.");
    expect(words).toContain(`stored ${Number.MAX_VALUE}`);
  });
});
