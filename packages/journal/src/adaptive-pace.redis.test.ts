import { afterAnswer, burstOf, firstPace, NO_LIMITS, type PaceState } from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import type { AttemptOf, Begun } from "./attempts.ts";
import { lanePrefix } from "./keys.ts";

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

const TIMES = { deadlineMs: 3_600_000, firstPollMs: 10_000 };
const OUTAGE = { retryAfterMs: null, isOutage: true };

let clocked: ClockedJournal;
beforeEach(async () => {
  clocked = await openClockedJournal(redis);
});

async function enqueue(count: number): Promise<string[]> {
  const batch = Array.from({ length: count }, () => buildNewGeneration(clocked.journal.lane));
  await clocked.journal.enqueue(batch);
  return batch.map(({ id }) => id);
}

function begin(id: string, ratePerSecond: number | null = null): Promise<Begun> {
  return clocked.journal.begin(id, "f1", {
    sendWithinMs: 2_000,
    answerWithinMs: 50_000,
    submitDeadlineMs: 0,
    policy: "resubmit",
    lane: { ...NO_LIMITS, ratePerSecond },
  });
}

/** Begins a new generation as soon as the lane lets it. */
async function beginNext(): Promise<AttemptOf> {
  const [id = ""] = await enqueue(1);
  for (;;) {
    const begun = await begin(id);
    if (begun.kind === "begun") return begun.attempt;
    if (begun.kind !== "busy") throw new Error(`not begun: ${JSON.stringify(begun)}`);
    await clocked.advance(begun.waitMs ?? 0);
  }
}

let taskCount = 0;
const accept = (attempt: AttemptOf) =>
  clocked.journal.accept(attempt, `task-${(taskCount += 1)}`, TIMES);
const throttle = (attempt: AttemptOf, retryAfterMs: number | null = null) =>
  clocked.journal.requeue(attempt, "rate_limited", 500, null, { retryAfterMs, isOutage: false });
const fail = (attempt: AttemptOf) =>
  clocked.journal.requeue(attempt, "upstream_unavailable", 500, null, OUTAGE);

async function storedPace(): Promise<PaceState | null> {
  const text = await redis.hget(`${lanePrefix(clocked.journal.lane)}:lane`, "ad");
  if (text === null) return null;
  const [pace, limit, tolerated, cutCount, cutFrom, cutShare, from, answers, throttled] = text
    .split(",")
    .map(Number) as [number, number, number, number, number, number, number, number, number];
  return { pace, limit, tolerated, cutCount, cutFrom, cutShare, from, answers, throttled };
}

describe("the pace that the upstream bears", () => {
  it("is what afterAnswer says, to the last digit", async () => {
    const answer = fc.record({
      latencyMs: fc.integer({ min: 0, max: 400 }),
      pauseMs: fc.constantFrom(0, 20, 300, 2_000),
      isThrottled: fc.integer({ min: 0, max: 9 }),
    });
    const runs = fc.tuple(
      fc.constantFrom(1, 4, 8, 10),
      fc.array(answer, { minLength: 80, maxLength: 200 }),
    );
    const seen = { cuts: 0, limits: 0 };
    await fc.assert(
      fc.asyncProperty(runs, async ([refusedOfTen, given]) => {
        clocked = await openClockedJournal(redis);
        let model: PaceState | null = null;
        for (const { latencyMs, pauseMs, isThrottled: draw } of given) {
          await clocked.advance(pauseMs);
          const attempt = await beginNext();
          await clocked.advance(latencyMs);
          const isThrottled = draw < refusedOfTen;
          await (isThrottled ? throttle(attempt) : accept(attempt));
          const facts = { at: clocked.now(), latencyMs };
          if (model !== null) model = afterAnswer(model, { ...facts, isThrottled });
          else if (isThrottled) model = firstPace(1, facts);
          expect(await storedPace()).toEqual(model);
          if (model !== null && model.cutCount > 0) seen.cuts += 1;
          if (model !== null && model.limit > 0) seen.limits += 1;
        }
      }),
      { numRuns: 12 },
    );
    expect(seen.cuts).toBeGreaterThan(0);
    expect(seen.limits).toBeGreaterThan(0);
  }, 120_000);

  it("is nowhere until the upstream refuses for the first time", async () => {
    for (let n = 0; n < 30; n += 1) await accept(await beginNext());
    expect(await storedPace()).toBeNull();
  });

  it("does not let a lane begin faster than what is set", async () => {
    await throttle(await beginNext());
    const [first = "", second = ""] = await enqueue(2);
    await clocked.advance(5_000);
    await begin(first, 0.1);
    expect(await begin(second, 0.1)).toEqual({ kind: "busy", reason: "paced", waitMs: 10_000 });
    // And the other way round: what is borne is slower than what is set.
    await clocked.advance(10_000);
    const ids = await enqueue(2);
    await begin(ids[0] ?? "", 500);
    expect(await begin(ids[1] ?? "", 500)).toEqual({
      kind: "busy",
      reason: "paced",
      waitMs: 1_000,
    });
  });

  it("is not touched by answers to status calls", async () => {
    const attempt = await beginNext();
    await accept(attempt);
    const { polls } = (await clocked.advance(10_000), await clocked.journal.claimPolls(1, 15_000));
    const facts = { pollCount: 0, errorCount: 1, doubt: null, progress: null };
    await clocked.journal.snoozePoll(polls[0]!, 5_000, facts);
    expect(await storedPace()).toBeNull();
  });
});

describe("Retry-After", () => {
  it("lets nothing begin before its time, and no burst after it", async () => {
    // A pace at which a burst would be allowed.
    const many = await Promise.all(Array.from({ length: 200 }, () => beginNext()));
    for (const attempt of many.slice(0, 10)) await throttle(attempt);
    const { pace } = (await storedPace())!;
    expect(burstOf(pace)).toBeGreaterThan(3);
    await throttle(many[10]!, 60_000);
    const ids = await enqueue(5);
    expect(await begin(ids[0]!)).toEqual({ kind: "busy", reason: "paced", waitMs: 60_000 });
    await clocked.advance(59_999);
    expect(await begin(ids[0]!)).toEqual({ kind: "busy", reason: "paced", waitMs: 1 });
    await clocked.advance(1);
    expect(await begin(ids[0]!)).toMatchObject({ kind: "begun" });
    expect(await begin(ids[1]!)).toEqual({
      kind: "busy",
      reason: "paced",
      waitMs: Math.ceil(1_000 / pace),
    });
  });

  it("is the longest of several", async () => {
    const [one, two] = [await beginNext(), await beginNext()];
    await throttle(one, 60_000);
    await throttle(two, 5_000);
    const [id = ""] = await enqueue(1);
    expect(await begin(id)).toMatchObject({ waitMs: 60_000 });
  });

  it("does not bind a clock that stepped back by days, once its keys are gone", async () => {
    await throttle(await beginNext(), 60_000);
    await clocked.advance(-3 * 86_400_000);
    const [id = ""] = await enqueue(1);
    // It expires by the server's own clock, which no test moves.
    await redis.del(`${lanePrefix(clocked.journal.lane)}:pace`);
    expect(await begin(id)).toMatchObject({ kind: "begun" });
  });
});

describe("an outage", () => {
  /** Twenty attempts, of which so many fail. */
  async function submits(badCount: number, count = 20): Promise<void> {
    const attempts = await Promise.all(Array.from({ length: count }, () => beginNext()));
    for (const [n, attempt] of attempts.entries()) {
      await (n < badCount ? fail(attempt) : accept(attempt));
    }
  }
  const refusal = async () => begin((await enqueue(1))[0] ?? "");

  it("lets one probe through after 30 s, then after ever longer pauses up to 5 min", async () => {
    await submits(20);
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const refused = await refusal();
      if (refused.kind !== "busy" || refused.reason !== "outage") throw new Error("not refused");
      waits.push(refused.waitMs ?? 0);
      await clocked.advance(refused.waitMs ?? 0);
      const [id = ""] = await enqueue(1);
      const probe = await begin(id);
      if (probe.kind !== "begun") throw new Error("no probe");
      expect(await refusal()).toMatchObject({ kind: "busy", reason: "outage" });
      await clocked.journal.unconfirm(probe.attempt, "answer_lost", 1_000_000);
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
  });

  it("ends when a probe is accepted, and the pace returns without a burst", async () => {
    await submits(20);
    await clocked.advance(30_000);
    const probe = await beginNext();
    await accept(probe);
    const ids = await enqueue(3);
    expect(await begin(ids[0]!)).toMatchObject({ kind: "begun" });
    expect(await begin(ids[1]!)).toEqual({ kind: "busy", reason: "paced", waitMs: 1_000 });
  });

  it.each([
    ["for what it is", (probe: AttemptOf) => clocked.journal.reject(probe, "invalid_request", "")],
    ["for being one too many", (probe: AttemptOf) => throttle(probe)],
  ])("ends when a probe is refused %s: the upstream works", async (_, refuse) => {
    await submits(20);
    await clocked.advance(30_000);
    await refuse(await beginNext());
    const ids = await enqueue(2);
    await clocked.advance(1_000);
    expect(await begin(ids[0]!)).toMatchObject({ kind: "begun" });
    expect(await begin(ids[1]!)).toMatchObject({ kind: "busy", reason: "paced", waitMs: 1_000 });
  });

  it.each([
    ["fewer than half of them fail", 9, 20],
    ["there were fewer than twenty", 19, 19],
  ])("is none while %s", async (_, bad, count) => {
    await submits(bad, count);
    expect(await refusal()).toMatchObject({ kind: "begun" });
  });

  it("is seen in a burst that two windows share", async () => {
    await fail(await beginNext());
    await clocked.advance(29_800);
    for (let n = 0; n < 18; n += 1) await fail(await beginNext());
    await clocked.advance(400);
    await fail(await beginNext());
    await fail(await beginNext());
    expect(await refusal()).toMatchObject({ kind: "busy", reason: "outage" });
  });

  it("is none when the failures are spread over minutes", async () => {
    for (let n = 0; n < 40; n += 1) {
      await fail(await beginNext());
      await clocked.advance(3_000);
    }
    expect(await refusal()).toMatchObject({ kind: "begun" });
  });

  it("is not seen in 429s, in refused requests, or in what is our own doing", async () => {
    const attempts = await Promise.all(Array.from({ length: 60 }, () => beginNext()));
    for (const attempt of attempts.slice(0, 20)) {
      await clocked.journal.reject(attempt, "invalid_request", "");
    }
    for (const attempt of attempts.slice(20, 40)) {
      await clocked.journal.requeue(attempt, "not_sent", 500);
    }
    for (const attempt of attempts.slice(40)) {
      await clocked.journal.unconfirm(attempt, "unanswered", 60_000);
    }
    expect(await redis.hget(`${lanePrefix(clocked.journal.lane)}:lane`, "br")).toBeNull();
  });

  it("sends no more than its probes, however long it lasts", async () => {
    await submits(20);
    const start = clocked.now();
    let begun = 0;
    while (clocked.now() - start < 3_600_000) {
      const [id = ""] = await enqueue(1);
      const answer = await begin(id);
      if (answer.kind === "begun") {
        begun += 1;
        await fail(answer.attempt);
      }
      await clocked.advance(10_000);
    }
    // 30, 60, 120, 240 s, then every 300 s and a look every 10 s.
    expect(begun).toBeLessThanOrEqual(15);
    expect(begun).toBeGreaterThanOrEqual(12);
  });
});
