import type { NewGeneration } from "@apidot-queue/journal";
import { lanePrefix } from "@apidot-queue/journal";
import { openSubmitQueue, type SubmitQueue } from "@apidot-queue/queue";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { RescuePolicy } from "./lane.ts";
import { DEFAULT_RESCUER, rescueRound } from "./rescuer.ts";

const POLICY: RescuePolicy = {
  ambiguity: "resubmit",
  maxPaidAttempts: 3,
  confirmGraceMs: null,
  submitDeadlineMs: 0,
};
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};

let redis: Redis;
let clocked: ClockedJournal;
let queue: SubmitQueue;
let rescued: Record<string, number>;
let outages: number[];

beforeEach(async () => {
  redis = connectTestRedis();
  clocked = await openClockedJournal(redis);
  queue = openSubmitQueue(redis, lanePrefix(clocked.journal.lane), () => undefined);
  rescued = {};
  outages = [];
});
afterEach(async () => {
  await queue.close();
  redis.disconnect();
});

/** A round of another process would be kept out by the lock, so the test frees it. */
async function round(policy: Partial<RescuePolicy> = {}, batchSize = 200): Promise<void> {
  await redis.del(`${lanePrefix(clocked.journal.lane)}:rescue-round`);
  await rescueRound(
    { journal: clocked.journal, queue },
    {
      policy: { ...POLICY, ...policy },
      settings: { ...DEFAULT_RESCUER, batchSize },
      onRescued: (_, kind, count) => {
        rescued[kind] = (rescued[kind] ?? 0) + count;
      },
      onOutage: (_, outageMs) => outages.push(outageMs),
    },
  );
}

async function enqueue(withHint: boolean): Promise<NewGeneration> {
  const generation = buildNewGeneration(clocked.journal.lane);
  const [stored] = await clocked.journal.enqueue([generation]);
  if (withHint) {
    const { id, wake } = stored!;
    await queue.add([{ id, wake, priority: "normal", attempt: 0, delayMs: 0 }]);
  }
  return generation;
}

const statusOf = async (id: string): Promise<string | undefined> =>
  (await clocked.journal.get(id))?.generation.status;

describe("hints", () => {
  it("makes a lost hint anew after its slack, once", async () => {
    const { id } = await enqueue(false);
    await round();
    expect(rescued).toEqual({});
    await clocked.advance(10_000);
    await round();
    expect(rescued).toEqual({ hint: 1 });
    expect(await queue.livingHints([{ id, wake: 2 }])).toEqual([true]);
    await clocked.advance(60_000);
    await round();
    expect(rescued).toEqual({ hint: 1 });
  });

  it("leaves a hint alone that waits for its turn", async () => {
    const { id } = await enqueue(true);
    for (let n = 0; n < 3; n++) {
      await clocked.advance(60_000);
      await round();
    }
    expect(rescued).toEqual({});
    expect(
      await queue.livingHints([
        { id, wake: 1 },
        { id, wake: 2 },
      ]),
    ).toEqual([true, false]);
  });

  it("fails what waited beyond its submit deadline", async () => {
    const { id } = await enqueue(true);
    await clocked.advance(60_001);
    await round({ submitDeadlineMs: 60_000 });
    expect(rescued).toEqual({ expired: 1 });
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "failed",
      reason: "expired",
    });
  });
});

describe("attempts", () => {
  it("unconfirms an attempt whose holder fell silent, and submits again after the grace", async () => {
    const { id } = await enqueue(true);
    await clocked.journal.begin(id, "f1", LIMITS);
    await clocked.advance(51_999);
    await round();
    expect(await statusOf(id)).toBe("submitting");
    await clocked.advance(1);
    await round();
    expect(await statusOf(id)).toBe("unconfirmed");
    await clocked.advance(4_999);
    await round();
    expect(await statusOf(id)).toBe("unconfirmed");
    await clocked.advance(1);
    await round();
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "queued",
      unresolved: [{ attempt: 1, fence: "f1" }],
    });
    expect(rescued).toEqual({ unanswered: 1, grace: 1 });
    expect(await queue.livingHints([{ id, wake: 2 }])).toEqual([true]);
  });

  it("holds it under hold, at once", async () => {
    const { id } = await enqueue(true);
    await clocked.journal.begin(id, "f1", LIMITS);
    await clocked.advance(52_000);
    await round({ ambiguity: "hold" });
    await round({ ambiguity: "hold" });
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "held",
      reason: "unconfirmed",
    });
  });

  it("lets a late answer win against a pending resubmit", async () => {
    const { id } = await enqueue(true);
    const begun = await clocked.journal.begin(id, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    await clocked.advance(52_000);
    await round();
    await clocked.advance(5_000);
    await round();
    expect(await statusOf(id)).toBe("queued");
    const times = { deadlineMs: 60_000, firstPollMs: 1_000 };
    await clocked.journal.accept(begun.attempt, "task-late", times);
    expect(await clocked.journal.begin(id, "f2", LIMITS)).toMatchObject({ kind: "refused" });
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "running",
      unresolved: [],
    });
  });
});

describe("an outage", () => {
  it("gives a silent attempt its time back, and workers 15 s to report", async () => {
    const { id } = await enqueue(true);
    await round();
    await clocked.journal.begin(id, "f1", LIMITS);
    await clocked.advance(3_600_000);
    await round();
    expect(outages).toEqual([3_600_000]);
    // 52 s for the attempt, as if the hour had not been, and 15 s to report.
    for (let seconds = 0; seconds < 66; seconds += 6) {
      await clocked.advance(6_000);
      await round();
      expect(await statusOf(id)).toBe("submitting");
    }
    await clocked.advance(1_000);
    await round();
    expect(await statusOf(id)).toBe("unconfirmed");
    expect(outages).toEqual([3_600_000]);
  });

  it("does not end a grace that nobody could have used", async () => {
    const { id } = await enqueue(true);
    await round();
    const begun = await clocked.journal.begin(id, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    await clocked.journal.unconfirm(begun.attempt, "answer_lost", 5_000);
    await clocked.advance(60_000);
    await round();
    expect(await statusOf(id)).toBe("unconfirmed");
    const times = { deadlineMs: 60_000, firstPollMs: 1_000 };
    await clocked.journal.accept(begun.attempt, "task-after-outage", times);
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "running",
      attempt: 1,
      unresolved: [],
    });
  });
});

describe("rounds", () => {
  it("a second process is kept out while a round is fresh", async () => {
    expect(await clocked.journal.takeRound(10_000)).toMatchObject({ isTaken: true });
    expect(await clocked.journal.takeRound(10_000)).toMatchObject({ isTaken: false });
    await clocked.journal.endRound(1);
    await expect.poll(async () => (await clocked.journal.takeRound(10_000)).isTaken).toBe(true);
  });

  it("works through a backlog in bounded batches, 25 of them a round", async () => {
    for (let n = 0; n < 55; n++) await enqueue(false);
    await clocked.advance(10_000);
    await round({}, 2);
    expect(rescued).toEqual({ hint: 50 });
    await round({}, 2);
    await round({}, 2);
    expect(rescued).toEqual({ hint: 55 });
  });
});
