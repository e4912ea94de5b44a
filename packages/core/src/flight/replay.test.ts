import { describe, expect, it } from "vitest";

import { enqueuedGeneration } from "../lifecycle/enqueued.ts";
import type { Generation } from "../lifecycle/generation.ts";
import { transition } from "../lifecycle/transition.ts";
import { flightFacts } from "../../test/flight-facts.ts";
import { freshGeneration } from "../../test/generation-fixtures.ts";
import { explain } from "./explain.ts";
import type { FoldedEntry } from "./history-entry.ts";
import { eventsOf } from "./replay.ts";

const FOLD: FoldedEntry = {
  kind: "folded",
  at: 2_000,
  lastAt: 62_000,
  refusalCount: 40,
  lastAttempt: 40,
  lastCode: "not_sent",
  inARowCount: 40,
  otherCode: null,
  wakeAt: 63_000,
  wokenCount: 0,
};

function replay(entry: FoldedEntry): Generation {
  const { id, lane, model, priority, createdAt } = freshGeneration();
  let generation: Generation = enqueuedGeneration(
    { id, lane, model, priority, createdAt },
    createdAt,
  );
  for (const event of eventsOf(entry)) {
    const result = transition(generation, event);
    if (result.kind === "ignored") throw new Error(`ignored: ${JSON.stringify(event)}`);
    generation = result.generation;
  }
  return generation;
}

function stepOf(entry: FoldedEntry) {
  const history = [{ kind: "enqueued" as const, at: 1_000 }, entry];
  return explain(flightFacts(replay(entry), { history })).steps[1];
}

describe("the events of a line", () => {
  it("are its own, or none where it moved nothing", () => {
    const event = { type: "expired", at: 5_000 } as const;
    expect([...eventsOf({ kind: "event", at: 5_000, event })]).toEqual([event]);
    expect([...eventsOf({ kind: "woken", at: 5_000, wake: 2 })]).toEqual([]);
  });
});

describe("a folded line", () => {
  it("replays to the same attempt, version, pause and refusals in a row", () => {
    expect(replay(FOLD)).toMatchObject({
      status: "queued",
      attempt: 40,
      version: 81,
      lastError: "not_sent",
      refusalCount: 40,
      wakeAt: 63_000,
      unresolved: [],
    });
  });

  it("counts in a row only what had the last code", () => {
    const mixed = {
      ...FOLD,
      lastCode: "rate_limited",
      inARowCount: 3,
      otherCode: "not_sent",
    } as const;
    expect(replay(mixed)).toMatchObject({
      attempt: 40,
      lastError: "rate_limited",
      refusalCount: 3,
    });
  });

  it.each(["authentication_error", "insufficient_credits"] as const)(
    "parks again what was refused for %s",
    (lastCode) => {
      const last = replay({ ...FOLD, lastCode, wakeAt: 62_000 });
      expect(last).toMatchObject({ status: "queued", lastError: lastCode, wakeAt: 62_000 });
      expect(stepOf({ ...FOLD, lastCode })?.cause).toMatch(/API key|prepaid balance/);
    },
  );

  it("with nothing but hints changes nothing", () => {
    const hints = { ...FOLD, refusalCount: 0, lastAttempt: 0, lastCode: null, wokenCount: 4 };
    expect([...eventsOf(hints)]).toEqual([]);
    expect(stepOf(hints)).toMatchObject({
      rule: null,
      attempt: null,
      from: "queued",
      to: "queued",
      cause: "Its wake-up hint was lost and made anew 4 times.",
    });
  });

  it("is told in one step", () => {
    expect(stepOf(FOLD)).toEqual({
      at: 2_000,
      rule: "T3",
      event: "folded",
      attempt: 40,
      from: "queued",
      to: "queued",
      cause:
        "40 attempts, the last one 40, came to nothing within 60 s, and nothing can have been paid for them. No byte left.",
      reason: null,
    });
  });

  it("says what came before, and what the account was refused for", () => {
    const mixed = {
      ...FOLD,
      refusalCount: 1,
      lastAttempt: 1,
      inARowCount: 1,
      lastCode: "insufficient_credits",
      wokenCount: 2,
    } as const;
    expect(stepOf(mixed)?.cause).toBe(
      "Attempt 1 came to nothing within 60 s, and nothing can have been paid for them. The prepaid balance did not cover it. Its wake-up hint was lost and made anew 2 times.",
    );
    const other = {
      ...FOLD,
      lastCode: "rate_limited",
      inARowCount: 3,
      otherCode: "not_sent",
    } as const;
    expect(stepOf(other)?.cause).toContain(
      "The upstream asked for a slower pace, the last 3 in a row; before, among others: not_sent.",
    );
  });

  it("that does not replay is told as far as it can be", () => {
    const { generation } = flightFacts(freshGeneration(), {}).stored;
    const history = [
      { kind: "enqueued" as const, at: 1_000 },
      { ...FOLD, lastAttempt: 90 },
    ];
    const [, step] = explain(flightFacts(generation, { history })).steps;
    expect(step).toMatchObject({ event: "folded", to: "queued", attempt: 90 });
  });

  it("without the code that it should have begins what it can", () => {
    const events = [...eventsOf({ ...FOLD, refusalCount: 1, lastCode: null })];
    expect(events.map(({ type }) => type)).toEqual(["begun"]);
  });
});
