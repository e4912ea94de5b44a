import { burstOf, type LaneLimits, NO_LIMITS } from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import * as fc from "fast-check";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Begun } from "./attempts.ts";
import { lanePrefix } from "./keys.ts";

let redis: Redis;
let clocked: ClockedJournal;

beforeEach(async () => {
  redis = connectTestRedis();
  clocked = await openClockedJournal(redis);
});
afterEach(() => redis.disconnect());

async function enqueue(count: number): Promise<string[]> {
  const batch = Array.from({ length: count }, () => buildNewGeneration(clocked.journal.lane));
  await clocked.journal.enqueue(batch);
  return batch.map(({ id }) => id);
}

function begin(id: string, limits: Partial<LaneLimits>, fence = "f1"): Promise<Begun> {
  return clocked.journal.begin(id, fence, {
    sendWithinMs: 2_000,
    answerWithinMs: 50_000,
    submitDeadlineMs: 0,
    policy: "resubmit",
    lane: { ...NO_LIMITS, ...limits },
  });
}

/** Begins as many of `ids` as the lane lets begin, and takes them off the list. */
async function beginSome(ids: string[], limits: Partial<LaneLimits>): Promise<Begun[]> {
  const begun: Begun[] = [];
  for (let next = ids[0]; next !== undefined; next = ids[0]) {
    const answer = await begin(next, limits);
    begun.push(answer);
    if (answer.kind !== "begun") return begun;
    ids.shift();
  }
  return begun;
}

describe("a lane with a rate", () => {
  it("lets a burst begin, then one for each distance, and says how long to wait", async () => {
    const ids = await enqueue(20);
    const first = await beginSome(ids, { ratePerSecond: 20 });
    expect(first).toHaveLength(burstOf(20) + 1);
    expect(first.at(-1)).toEqual({ kind: "busy", reason: "paced", waitMs: 50 });
    await clocked.advance(49);
    expect(await begin(ids[0] ?? "", { ratePerSecond: 20 })).toMatchObject({ waitMs: 1 });
    await clocked.advance(1);
    const second = await beginSome(ids, { ratePerSecond: 20 });
    expect(second.map(({ kind }) => kind)).toEqual(["begun", "busy"]);
  });

  it("changes nothing when it refuses: no attempt, no version, no history", async () => {
    const [first = "", second = ""] = await enqueue(2);
    await begin(first, { ratePerSecond: 0.2 });
    const before = await clocked.journal.get(second);
    expect(await begin(second, { ratePerSecond: 0.2 })).toMatchObject({ kind: "busy" });
    expect(await clocked.journal.get(second)).toEqual(before);
    expect(await clocked.journal.history(second)).toHaveLength(1);
  });

  it("takes nothing for a begin that is repeated", async () => {
    const [first = "", second = ""] = await enqueue(2);
    const limits = { ratePerSecond: 5 };
    const once = await begin(first, limits);
    expect(await begin(first, limits)).toEqual(once);
    expect(await begin(second, limits)).toMatchObject({ kind: "begun" });
  });

  it("does not wait for a clock that stepped back", async () => {
    const [first = "", second = ""] = await enqueue(2);
    await begin(first, { ratePerSecond: 1 });
    await clocked.advance(-3_600_000);
    expect(await begin(second, { ratePerSecond: 1 })).toMatchObject({
      kind: "early",
    });
    await clocked.advance(3_600_000);
    expect(await begin(second, { ratePerSecond: 1 })).toMatchObject({ waitMs: 1_000 });
  });

  it("a rate that was lost is a rate that begins anew, and none is no limit", async () => {
    const ids = await enqueue(20);
    await beginSome(ids, { ratePerSecond: 1 });
    await redis.del(`${lanePrefix(clocked.journal.lane)}:pace`);
    expect(await begin(ids.shift() ?? "", { ratePerSecond: 1 })).toMatchObject({ kind: "begun" });
    expect(await beginSome(ids, {})).toHaveLength(18);
  });

  it("never lets more begin than rate and burst, never starves, whatever the workers do", async () => {
    const step = fc.record({
      advanceMs: fc.integer({ min: -200, max: 2_000 }),
      tries: fc.integer({ min: 0, max: 6 }),
    });
    const rate = fc.constantFrom(0.2, 1, 3.7, 20, 250);
    await fc.assert(
      fc.asyncProperty(rate, fc.array(step, { minLength: 5, maxLength: 30 }), async (r, steps) => {
        clocked = await openClockedJournal(redis);
        const ids = await enqueue(steps.reduce((sum, { tries }) => sum + tries, 0) + 1);
        const begunAt: number[] = [];
        let now = 0;
        let latest = 0;
        for (const { advanceMs, tries } of steps) {
          await clocked.advance(advanceMs);
          now += advanceMs;
          for (let attempt = 0; attempt < tries; attempt += 1) {
            const answer = await begin(ids[0] ?? "", { ratePerSecond: r });
            if (answer.kind === "begun") {
              ids.shift();
              begunAt.push(now);
            } else if (answer.kind === "busy") {
              expect(answer.waitMs).toBeGreaterThan(0);
              expect(answer.waitMs).toBeLessThanOrEqual(Math.ceil(1_000 / r) + 1);
            }
          }
          latest = Math.max(latest, now);
        }
        // A clock that steps back gives the time away once more, and no more than that.
        const back = steps.reduce((sum, { advanceMs }) => sum + Math.max(0, -advanceMs), 0);
        for (const [index, from] of begunAt.entries()) {
          for (const [later, to] of begunAt.entries()) {
            if (later < index) continue;
            const seconds = (Math.max(0, to - from) + back) / 1_000;
            expect(later - index + 1).toBeLessThanOrEqual(seconds * r + burstOf(r) + 1e-6);
          }
        }
        await clocked.advance(latest - now + Math.ceil(1_000 / r) + 200);
        expect(await begin(ids[0] ?? "", { ratePerSecond: r })).toMatchObject({ kind: "begun" });
      }),
      { numRuns: 60 },
    );
  });
});

describe("a lane with room for a few", () => {
  it("counts what is submitting, unconfirmed and running, and has room when one ends", async () => {
    const [first = "", second = "", third = "", fourth = ""] = await enqueue(4);
    const limits = { maxInFlight: 3 };
    const answers = [await begin(first, limits), await begin(second, limits)];
    const [running, unconfirmed] = answers.map((answer) => {
      if (answer.kind !== "begun") throw new Error("not begun");
      return answer.attempt;
    });
    if (running === undefined || unconfirmed === undefined) throw new Error("two begun");
    await clocked.journal.accept(running, "task-1", { deadlineMs: 60_000, firstPollMs: 0 });
    await clocked.journal.unconfirm(unconfirmed, "answer_lost", 5_000);
    expect(await begin(third, limits)).toMatchObject({ kind: "begun" });
    const refused = { kind: "busy", reason: "in_flight", waitMs: null };
    expect(await begin(fourth, limits)).toEqual(refused);

    const [poll] = (await clocked.journal.claimPolls(1, 1_000)).polls;
    if (poll === undefined) throw new Error("one poll");
    await clocked.journal.settle(poll, { event: "finished", files: [] });
    expect(await begin(fourth, limits)).toMatchObject({ kind: "begun" });
  });

  it("is exact however many ask at once", async () => {
    const ids = await enqueue(40);
    const answers = await Promise.all(ids.map((id) => begin(id, { maxInFlight: 7 })));
    expect(answers.filter(({ kind }) => kind === "begun")).toHaveLength(7);
  });

  it("takes nothing of the pace for an attempt that has no room", async () => {
    const ids = await enqueue(3);
    const limits = { maxInFlight: 1, ratePerSecond: 1 };
    await begin(ids[0] ?? "", limits);
    await clocked.advance(1_000);
    for (const id of ids.slice(1)) {
      expect(await begin(id, limits)).toMatchObject({ reason: "in_flight" });
    }
    expect(await begin(ids[1] ?? "", { ratePerSecond: 1 })).toMatchObject({ kind: "begun" });
  });
});
