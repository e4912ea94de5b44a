import { POLL_PROBE_MS } from "./polls.ts";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { AttemptOf, BeginLimits, DenialRules } from "./attempts.ts";
import { lanePrefix } from "./keys.ts";
import { isUnserved } from "./stored-lane.ts";

const LIMITS: BeginLimits = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit",
};
const TIMES = { deadlineMs: 60_000, firstPollMs: 0 };
const FAIL: DenialRules = { policy: "fail", firstProbeMs: 60_000, keyDigest: "k1" };
const MINUTE = 60_000;

let redis: Redis;
let clocked: ClockedJournal;

beforeEach(async () => {
  redis = connectTestRedis();
  clocked = await openClockedJournal(redis);
});
afterEach(() => redis.disconnect());

async function enqueue(): Promise<string> {
  const generation = buildNewGeneration(clocked.journal.lane);
  await clocked.journal.enqueue([generation]);
  return generation.id;
}

let fences = 0;
async function begin(id: string, limits: Partial<BeginLimits> = {}): Promise<AttemptOf> {
  const fence = `f${fences++}`;
  const begun = await clocked.journal.begin(id, fence, { ...LIMITS, ...limits });
  if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

async function statusOf(id: string): Promise<string | undefined> {
  return (await clocked.journal.get(id))?.generation.status;
}

async function deny(id: string, rules: DenialRules = FAIL): Promise<void> {
  await clocked.journal.deny(await begin(id), "insufficient_credits", "no credits", rules);
}

describe("the submit deadline", () => {
  const limits = { submitDeadlineMs: MINUTE };

  it("does not count time behind a halted lane", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    await advance(50_000);
    await journal.haltLane("maintenance");
    await advance(10 * MINUTE);
    expect(await journal.begin(id, "f1", { ...LIMITS, ...limits })).toMatchObject({
      kind: "busy",
      reason: "halted",
    });
    expect(await journal.expire(id, MINUTE)).toMatchObject({ kind: "ignored" });
    await journal.resumeLane();
    await advance(10_000);
    expect((await journal.listOverdue("queued", 10))[0]?.ageMs).toBe(MINUTE);
    await begin(id, limits);
  });

  it("counts from the halt on for what came during it", async () => {
    const { journal, advance } = clocked;
    await journal.haltLane("one");
    await advance(10 * MINUTE);
    await journal.resumeLane();
    await journal.haltLane("two");
    await advance(5_000);
    const id = await enqueue();
    await advance(10 * MINUTE);
    await journal.resumeLane();
    await advance(MINUTE + 1);
    expect(await journal.expire(id, MINUTE)).toEqual({ kind: "changed", status: "failed" });
  });

  it("does not count for a new one by how much the clock stepped back during an earlier halt", async () => {
    const { journal, advance } = clocked;
    await journal.haltLane("maintenance");
    await advance(-10 * MINUTE);
    await journal.resumeLane();
    const id = await enqueue();
    await advance(MINUTE - 1);
    expect(await journal.expire(id, MINUTE)).toMatchObject({ kind: "ignored" });
    await advance(2);
    expect(await journal.expire(id, MINUTE)).toEqual({ kind: "changed", status: "failed" });
  });
});

describe("the deadline of a running task", () => {
  const refusal = {
    code: "authentication_error",
    laneEpoch: 0,
    firstProbeMs: null,
    keyDigest: "k1",
    pollProbeMs: POLL_PROBE_MS,
  } as const;

  it("stands still while polls are refused, for as long as the task has run", async () => {
    const { journal, advance, now } = clocked;
    const start = now();
    const first = await begin(await enqueue());
    const second = await begin(await enqueue());
    await journal.accept(first, "task-1", TIMES);
    await advance(10_000);
    await journal.refusePolls(refusal);
    await advance(100_000);
    // Accepted before the refusal was known.
    await journal.accept(second, "task-2", TIMES);
    await advance(5_000);
    await journal.allowPolls();
    const { polls } = await journal.claimPolls(10, 0);
    expect(polls.map(({ taskId, deadlineAt }) => [taskId, deadlineAt - start])).toEqual([
      ["task-1", MINUTE + 105_000],
      ["task-2", 110_000 + MINUTE + 5_000],
    ]);
  });

  it("comes no sooner for a task that is accepted after the clock stepped back meanwhile", async () => {
    const { journal, advance, now } = clocked;
    const attempt = await begin(await enqueue());
    await journal.refusePolls(refusal);
    await advance(-10 * MINUTE);
    await journal.resumeLane();
    await journal.accept(attempt, "task-1", TIMES);
    const { polls } = await journal.claimPolls(1, 0);
    expect(polls[0]?.deadlineAt).toBe(now() + TIMES.deadlineMs);
  });

  it("waits with its polls for resume, but for one a minute", async () => {
    const { journal, advance } = clocked;
    for (const task of ["task-1", "task-2", "task-3"]) {
      await journal.accept(await begin(await enqueue()), task, TIMES);
    }
    expect(await journal.refusePolls(refusal)).toBe(true);
    expect(await journal.refusePolls(refusal)).toBe(false);
    expect(await journal.claimPolls(10, 0)).toMatchObject({ polls: [], nextDueMs: POLL_PROBE_MS });
    await advance(POLL_PROBE_MS);
    const { polls, nextDueMs } = await journal.claimPolls(10, 0);
    expect([polls.length, nextDueMs]).toEqual([1, POLL_PROBE_MS]);
    expect(polls[0]).toMatchObject({ isLaneRefused: true, laneEpoch: 0 });
    await journal.resumeLane();
    expect((await journal.claimPolls(10, 0)).polls).toHaveLength(3);
    // It was claimed before the lane opened.
    expect(await journal.refusePolls(refusal)).toBe(false);
    expect((await journal.laneState()).state.halt).toBeNull();
  });
});

describe("a clock that steps back", () => {
  const DAY = 24 * 60 * MINUTE;

  it("puts off no probe for credits", async () => {
    const { journal, advance } = clocked;
    await deny(await enqueue());
    await advance(-DAY);
    const probes = { probes: { firstMs: MINUTE, longestMs: 15 * MINUTE } };
    await begin(await enqueue(), probes);
    expect(await journal.begin(await enqueue(), "f", { ...LIMITS, ...probes })).toMatchObject({
      reason: "halted",
      waitMs: 2 * MINUTE,
    });
  });

  it("puts off no poll of a lane whose key is refused", async () => {
    const { journal, advance } = clocked;
    const [first, second] = [await begin(await enqueue()), await begin(await enqueue())];
    const refusal = { code: "authentication_error", laneEpoch: 0, firstProbeMs: null } as const;
    await journal.refusePolls({ ...refusal, keyDigest: "k1", pollProbeMs: POLL_PROBE_MS });
    await advance(-DAY);
    await journal.accept(first, "task-1", TIMES);
    await journal.accept(second, "task-2", TIMES);
    const counts = [];
    for (let n = 0; n < 2; n++) counts.push((await journal.claimPolls(10, 0)).polls.length);
    expect(counts).toEqual([1, 0]);
  });
});

describe("redrive", () => {
  it("sends again what failed for the account, the oldest failure first, and nothing else", async () => {
    const { journal, advance } = clocked;
    const [first, second, invalid] = [await enqueue(), await enqueue(), await enqueue()];
    const attempt = await begin(second);
    await journal.reject(await begin(invalid), "invalid_request", "");
    await deny(first);
    await advance(5);
    await journal.deny(attempt, "insufficient_credits", "", FAIL);
    expect((await journal.laneState()).redrivableCount).toBe(2);
    const one = await journal.redrive(null, 1);
    expect([one.hints.map(({ id }) => id), one.hasMore]).toEqual([[first], true]);
    await journal.resumeLane();
    // What fails after the first part was asked for is not meant by it.
    await advance(5);
    await deny(await enqueue());
    const two = await journal.redrive(one.until, 10);
    expect([two.hints.map(({ id }) => id), two.hasMore]).toEqual([[second], false]);
    expect(await Promise.all([first, second, invalid].map(statusOf))).toEqual([
      "queued",
      "queued",
      "failed",
    ]);
    expect((await journal.get(first))?.generation.settlement).toBe(2);
    expect((await journal.get(first))?.message).toBeNull();
  });

  it("leaves alone what its caller has retried, and takes the retry when that failed as well", async () => {
    const { journal } = clocked;
    const [retried, other] = [await enqueue(), await enqueue()];
    const attempts = [await begin(retried), await begin(other)];
    for (const one of attempts) await journal.deny(one, "insufficient_credits", "", FAIL);
    await journal.resumeLane();
    const retry = { ...buildNewGeneration(journal.lane), retryOf: retried };
    expect(await journal.retry(retry)).toMatchObject({ kind: "stored", stored: { isNew: true } });
    expect(await journal.retry(retry)).toMatchObject({ kind: "stored", stored: { isNew: false } });
    await deny(retry.id);
    expect((await journal.laneState()).redrivableCount).toBe(2);
    const { hints } = await journal.redrive(null, 10);
    expect(hints.map(({ id }) => id).toSorted()).toEqual([other, retry.id].toSorted());
    expect(await statusOf(retried)).toBe("failed");
  });

  it("comes before a retry, or the retry before it: never are both sent", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    await deny(id);
    await journal.redrive(null, 10);
    const retry = { ...buildNewGeneration(journal.lane), retryOf: id };
    expect(await journal.retry(retry)).toEqual({ kind: "not_retryable", status: "queued" });
    expect(await journal.get(retry.id)).toBeNull();
    expect((await journal.laneState()).counts.queued).toBe(1);
  });

  it("counts nothing that turned out to have a task after all", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    await deny(id);
    expect((await journal.laneState()).redrivableCount).toBe(1);
    await journal.noteCallback({ id, attempt: 1, taskId: "task-late" });
    const { looks } = await journal.claimLooks(1, 15_000);
    await journal.confirm(looks[0]!, { kind: "running" }, MINUTE, MINUTE);
    expect((await journal.laneState()).redrivableCount).toBe(0);
  });

  it("leaves alone what turned out to have a task after all", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    const attempt = await begin(id);
    await journal.deny(attempt, "insufficient_credits", "", FAIL);
    await journal.accept(attempt, "task-late", TIMES);
    expect((await journal.redrive(null, 10)).hints).toEqual([]);
    expect([await statusOf(id), (await journal.laneState()).redrivableCount]).toEqual([
      "failed",
      0,
    ]);
  });
});

describe("a worker that serves a lane", () => {
  const account = { baseUrl: "https://api.example", keyDigest: "k1" };

  it("brings another base URL only where nothing is open", async () => {
    const { journal } = clocked;
    const other = { ...account, baseUrl: "http://127.0.0.1:1" };
    expect(await journal.serveLane("submit", account, true)).toEqual({ halt: null, change: null });
    expect(await journal.serveLane("submit", other, true)).toEqual({ halt: null, change: null });
    const id = await enqueue();
    expect(await journal.serveLane("submit", account, true)).toEqual({
      halt: "base_url_changed",
      change: "halted",
    });
    expect(await journal.laneState()).toMatchObject({
      baseUrl: other.baseUrl,
      otherBaseUrl: account.baseUrl,
    });
    await journal.resumeLane();
    await begin(id, { baseUrl: account.baseUrl });
  });

  it("brings no other base URL to what a redrive would send there", async () => {
    const { journal } = clocked;
    await journal.serveLane("submit", account, true);
    await deny(await enqueue(), { ...FAIL, firstProbeMs: null });
    await journal.resumeLane();
    const other = { ...account, baseUrl: "http://127.0.0.1:1" };
    expect(await journal.serveLane("submit", other, true)).toMatchObject({
      halt: "base_url_changed",
    });
  });

  it("is compared at each attempt, not only when it starts", async () => {
    const { journal } = clocked;
    const [first, second] = [await enqueue(), await enqueue()];
    await begin(first, { baseUrl: "http://a" });
    const elsewhere = { ...LIMITS, baseUrl: "http://b" };
    expect(await journal.begin(second, "f", elsewhere)).toMatchObject({ reason: "halted" });
    expect((await journal.laneState()).state.halt?.reason).toBe("base_url_changed");
    expect(await statusOf(second)).toBe("queued");
  });

  it("opens the lane with another key than the refused one, at its start alone", async () => {
    const { journal } = clocked;
    const attempt = await begin(await enqueue());
    await journal.deny(attempt, "authentication_error", "", FAIL);
    const renewed = { ...account, keyDigest: "k2" };
    expect((await journal.serveLane("submit", account, true)).change).toBeNull();
    expect((await journal.serveLane("submit", renewed, false)).change).toBeNull();
    expect(await journal.serveLane("status", renewed, true)).toEqual({
      halt: null,
      change: "opened",
    });
  });

  it("is missed after a minute where work waits", async () => {
    const { journal, advance, now } = clocked;
    await enqueue();
    await journal.serveLane("status", account, true);
    expect(isUnserved({ ...(await journal.laneState()), now: now() })).toBe(true);
    await journal.serveLane("submit", account, true);
    expect(isUnserved({ ...(await journal.laneState()), now: now() })).toBe(false);
    await advance(MINUTE + 1);
    expect(isUnserved({ ...(await journal.laneState()), now: now() })).toBe(true);
  });
});

describe("memory", () => {
  it("above 85 % begins nothing and stores nothing, and goes on below", async () => {
    const { journal, now, advance } = clocked;
    const id = await enqueue();
    const key = `${lanePrefix(journal.lane)}:lane`;
    // As the script itself notes it, at most once a second.
    await redis.hset(key, { mu: 86, mt: now() });
    expect(await journal.begin(id, "f1", LIMITS)).toEqual({
      kind: "busy",
      reason: "memory",
      waitMs: null,
    });
    await expect(journal.enqueue([buildNewGeneration(journal.lane)])).rejects.toMatchObject({
      kind: "refused",
    });
    await advance(1_000);
    await begin(id);
  });
});

describe("memory of a real server", () => {
  it("is asked by the script itself, where the lane lives", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    const info = await redis.info("memory");
    const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
    try {
      await redis.config("SET", "maxmemory", Math.floor(used * 1.05));
      await advance(1_000);
      expect(await journal.begin(id, "f1", LIMITS)).toMatchObject({ reason: "memory" });
      // Beyond its limit the server refuses scripts that write, but for those that may.
      await advance(1_000);
      await redis.config("SET", "maxmemory", Math.floor(used * 0.9));
      expect(await journal.begin(id, "f1", LIMITS)).toMatchObject({ reason: "memory" });
    } finally {
      await redis.config("SET", "maxmemory", 0);
    }
    await advance(1_000);
    await begin(id);
  });
});

describe("poison", () => {
  async function fallSilent(id: string): Promise<void> {
    await clocked.journal.unconfirm(await begin(id), "unanswered", 0);
    await clocked.journal.endGrace(id, "resubmit", 10);
  }

  it("holds a generation whose holder fell silent three times within 72 hours", async () => {
    const id = await enqueue();
    for (let n = 0; n < 3; n++) await fallSilent(id);
    expect(await clocked.journal.begin(id, "f", LIMITS)).toEqual({
      kind: "refused",
      reason: "poison",
    });
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "held",
      reason: "poison",
    });
    await clocked.journal.resubmit([id], "looked into it");
    await begin(id);
  });

  it("is no reason to hold again what a person sent again", async () => {
    const id = await enqueue();
    for (let n = 0; n < 3; n++) {
      await clocked.journal.unconfirm(await begin(id), "unanswered", 0);
      await clocked.journal.endGrace(id, "resubmit", 3);
    }
    expect((await clocked.journal.get(id))?.generation).toMatchObject({ reason: "unconfirmed" });
    await clocked.journal.resubmit([id], "looked into it");
    await begin(id);
  });

  it("forgets what is older, and holders that reported after all", async () => {
    const id = await enqueue();
    await fallSilent(id);
    await clocked.advance(73 * 60 * MINUTE);
    await fallSilent(id);
    const late = await begin(id);
    await clocked.journal.unconfirm(late, "unanswered", 0);
    await clocked.journal.endGrace(id, "resubmit", 10);
    await clocked.journal.requeue(late, "not_sent", 0);
    await fallSilent(id);
    await begin(id);
  });
});

describe("a holder that was slow", () => {
  // Each began an attempt, was taken for silent, and reported: before its grace was over, and after.
  const reports = {
    "a lost answer": (late: AttemptOf) => clocked.journal.unconfirm(late, "answer_lost", 0),
    "a refusal of the account": (late: AttemptOf) =>
      clocked.journal.deny(late, "insufficient_credits", "", { ...FAIL, policy: "park" }),
    "a refusal for now": (late: AttemptOf) => clocked.journal.requeue(late, "rate_limited", 0),
  };

  for (const [name, report] of Object.entries(reports)) {
    it(`did not crash, though it reported ${name} when that no longer mattered`, async () => {
      const { journal, advance } = clocked;
      const id = await enqueue();
      for (let n = 0; n < 3; n++) {
        const late = await begin(id);
        await journal.unconfirm(late, "unanswered", 0);
        if (n === 0 && name === "a lost answer") await report(late);
        await journal.endGrace(id, "resubmit", 10);
        await report(late);
        // Whatever the lane was told by it.
        await journal.resumeLane();
        await advance(MINUTE);
      }
      await begin(id);
    });
  }
});

describe("a record", () => {
  it("keeps every value below 64 bytes, whatever happened to its lane", async () => {
    const { journal, advance } = clocked;
    await journal.haltLane("x".repeat(500));
    await advance(400 * 24 * 60 * MINUTE);
    await journal.resumeLane();
    const id = await enqueue();
    for (let n = 0; n < 2; n++) {
      await journal.unconfirm(await begin(id), "unanswered", 0);
      await advance(300 * 24 * 60 * MINUTE);
      await journal.endGrace(id, "resubmit", 10);
      await journal.deny(await begin(id), "insufficient_credits", "", {
        ...FAIL,
        policy: "park",
      });
      await journal.resumeLane();
    }
    const record = await redis.hvals(`${lanePrefix(journal.lane)}:g:${id.split("_")[1]}`);
    expect(Math.max(...record.map((value) => Buffer.byteLength(value)))).toBeLessThanOrEqual(64);
  });
});
