import { ulidOf } from "@apidot-queue/core";

import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
  uniqueLane,
} from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { AttemptOf } from "./attempts.ts";
import { listLanes } from "./enqueue.ts";
import { openJournal } from "./journal.ts";
import { lanePrefix } from "./keys.ts";

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};
const TIMES = { deadlineMs: 60_000, firstPollMs: 1_000 };

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

async function begin(id: string, fence = "f1"): Promise<AttemptOf> {
  const begun = await clocked.journal.begin(id, fence, LIMITS);
  if (begun.kind !== "begun") throw new Error(`not begun: ${begun.kind}`);
  return begun.attempt;
}

const versionOf = async (id: string): Promise<number | undefined> =>
  (await clocked.journal.get(id))?.generation.version;

describe("enqueue", () => {
  it("is idempotent on the id: the first record stays", async () => {
    const generation = buildNewGeneration(clocked.journal.lane);
    const [first] = await clocked.journal.enqueue([generation]);
    await clocked.advance(5_000);
    const [again] = await clocked.journal.enqueue([{ ...generation, input: { prompt: "other" } }]);
    expect(again).toEqual({ ...first, isNew: false });
    expect((await clocked.journal.get(generation.id))?.request.input).toEqual(generation.input);
  });

  it("keeps the order of arrival when the clock steps back", async () => {
    const ids = [await enqueue()];
    await clocked.advance(-60_000);
    ids.push(await enqueue(), await enqueue());
    const entries = await redis.xrange(`${lanePrefix(clocked.journal.lane)}:x:created`, "-", "+");
    expect(entries.map(([, fields]) => fields[1])).toEqual(ids.map(ulidOf));
    const times = entries.map(([position]) => Number(position.split("-")[0]));
    const created = await Promise.all(
      ids.map(async (id) => (await clocked.journal.get(id))?.generation.createdAt),
    );
    expect(created).toEqual(times);
  });

  it("makes the lane known", async () => {
    await enqueue();
    expect(await listLanes(redis)).toContain(clocked.journal.lane);
  });
});

describe("a command that is sent again after an outage", () => {
  it("begin gives the same attempt to the same holder", async () => {
    const id = await enqueue();
    const attempt = await begin(id, "f1");
    const version = await versionOf(id);
    expect(await begin(id, "f1")).toEqual(attempt);
    expect(await versionOf(id)).toBe(version);
    expect(await clocked.journal.begin(id, "f2", LIMITS)).toMatchObject({ reason: "not_queued" });
  });

  it("accept changes nothing the second time", async () => {
    const id = await enqueue();
    const attempt = await begin(id);
    await clocked.journal.accept(attempt, "task-1", TIMES);
    const version = await versionOf(id);
    expect(await clocked.journal.accept(attempt, "task-1", TIMES)).toMatchObject({
      kind: "ignored",
      reason: "duplicate",
    });
    expect(await versionOf(id)).toBe(version);
  });

  it("a proof that nothing was sent frees its attempt once", async () => {
    const id = await enqueue();
    const attempt = await begin(id);
    await clocked.journal.unconfirm(attempt, "unanswered", 0);
    await clocked.journal.endGrace(id, "resubmit", 3);
    const second = await begin(id, "f2");
    await clocked.journal.unconfirm(second, "unanswered", 0);
    await clocked.journal.endGrace(id, "resubmit", 3);
    await clocked.journal.requeue(attempt, "not_sent", 0);
    await clocked.journal.requeue(attempt, "not_sent", 0);
    expect((await clocked.journal.get(id))?.generation.unresolved).toEqual([
      { attempt: 2, fence: "f2" },
    ]);
  });
});

describe("a task id", () => {
  it("belongs to one generation: another one is refused it", async () => {
    const [first, second] = [await enqueue(), await enqueue()];
    await clocked.journal.accept(await begin(first), "task-shared", TIMES);
    const outcome = await clocked.journal.accept(await begin(second), "task-shared", TIMES);
    expect(outcome).toMatchObject({ kind: "ignored", reason: "task_taken" });
    expect((await clocked.journal.get(second))?.generation.status).toBe("submitting");
  });

  it("that comes second is kept as an extra one", async () => {
    const id = await enqueue();
    const first = await begin(id);
    await clocked.journal.unconfirm(first, "answer_lost", 0);
    await clocked.journal.endGrace(id, "resubmit", 3);
    await clocked.journal.accept(await begin(id, "f2"), "task-2", TIMES);
    const late = await clocked.journal.accept(first, "task-1", TIMES);
    expect(late).toMatchObject({ kind: "changed", isExtra: true });
    expect((await clocked.journal.get(id))?.generation).toMatchObject({
      status: "running",
      task: { taskId: "task-2" },
      extraTaskIds: ["task-1"],
      unresolved: [],
    });
  });
});

describe("due polls", () => {
  async function running(taskId: string, firstPollMs: number): Promise<string> {
    const id = await enqueue();
    await clocked.journal.accept(await begin(id), taskId, { ...TIMES, firstPollMs });
    return id;
  }

  it("come when they are due, oldest first, and tell when the next one is", async () => {
    const later = await running("task-later", 2_000);
    const sooner = await running("task-sooner", 1_000);
    expect(await clocked.journal.claimPolls(10, 15_000)).toEqual({ polls: [], nextDueMs: 1_000 });
    await clocked.advance(2_000);
    const { polls } = await clocked.journal.claimPolls(10, 15_000);
    expect(polls.map((poll) => poll.id)).toEqual([sooner, later]);
    expect(polls[0]).toMatchObject({
      taskId: "task-sooner",
      model: "veo3.1-lite",
      dueAt: clocked.now() - 1_000,
      facts: { pollCount: 0, errorCount: 0, doubt: null, progress: null },
    });
  });

  it("are leased: nobody else gets them, until the holder has been silent for the lease", async () => {
    await running("task-1", 0);
    expect((await clocked.journal.claimPolls(10, 15_000)).polls).toHaveLength(1);
    await clocked.advance(14_999);
    expect(await clocked.journal.claimPolls(10, 15_000)).toEqual({ polls: [], nextDueMs: 1 });
    await clocked.advance(1);
    expect((await clocked.journal.claimPolls(10, 15_000)).polls).toHaveLength(1);
  });

  it("remember what was learnt, and a settled generation takes nothing of it", async () => {
    const id = await running("task-1", 0);
    const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    const facts = {
      pollCount: 3,
      errorCount: 2,
      doubt: { kind: "not_found" as const, count: 2, since: clocked.now() },
      progress: 42,
    };
    await clocked.journal.snoozePoll(poll!, 500, facts);
    await clocked.advance(500);
    const [again] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    expect(again?.facts).toEqual(facts);
    await clocked.journal.settle(again!, { event: "finished", files: [] });
    expect(await clocked.journal.snoozePoll(again!, 500, facts)).toMatchObject({ kind: "ignored" });
    expect((await clocked.journal.get(id))?.generation.status).toBe("succeeded");
    expect(await clocked.journal.claimPolls(1, 15_000)).toEqual({ polls: [], nextDueMs: null });
  });
});

describe("the history", () => {
  it("is whole and in order beyond the lines that stay inside the record", async () => {
    const id = await enqueue();
    for (let n = 1; n <= 60; n++) {
      const attempt = await begin(id, `f${n}`);
      await clocked.advance(10);
      await clocked.journal.requeue(attempt, "upstream_unavailable", 0);
    }
    const entries = await clocked.journal.history(id);
    const [first, folded, ...rest] = entries;
    expect(first?.kind).toBe("enqueued");
    if (folded?.kind !== "folded") throw new Error("what left the record is not folded");
    expect(folded).toMatchObject({ lastCode: "upstream_unavailable", otherCode: null });
    expect(folded.lastAttempt).toBe(folded.refusalCount);
    expect(rest).toHaveLength((60 - folded.refusalCount) * 2);
    const begins = entries.flatMap((e) =>
      e.kind === "event" && e.event.type === "begun" ? [e.event.attempt] : [],
    );
    expect(begins).toEqual(Array.from({ length: 60 }, (_, n) => n + 1).slice(folded.refusalCount));
    const inside = Object.keys(
      await redis.hgetall(`${lanePrefix(clocked.journal.lane)}:g:${ulidOf(id)}`),
    );
    expect(inside.filter((field) => /^h\d+$/.test(field)).length).toBeLessThanOrEqual(32);
  });

  it("keeps a record compact in Redis, with lines of at most 64 bytes", async () => {
    const id = await enqueue();
    const key = `${lanePrefix(clocked.journal.lane)}:g:${ulidOf(id)}`;
    await clocked.advance(30 * 24 * 3_600_000);
    const attempt = await begin(id, "0a1b2c3d");
    await clocked.journal.requeue(attempt, "upstream_misconfigured", 900_000);
    expect(await redis.object("ENCODING", key)).toBe("listpack");
    const lengths = Object.values(await redis.hgetall(key)).map((value) =>
      Buffer.byteLength(value),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
  });
});

describe("figures", () => {
  it("count in the script that makes the change", async () => {
    const done = await enqueue();
    await clocked.journal.accept(await begin(done), "task-1", { ...TIMES, firstPollMs: 0 });
    const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    await clocked.journal.settle(poll!, { event: "finished", files: [] });
    await clocked.journal.deny(await begin(await enqueue()), "insufficient_credits", "", {
      policy: "fail",
      firstProbeMs: null,
      keyDigest: "",
    });
    await enqueue();

    const { lane } = clocked.journal;
    const model = "veo3.1-lite";
    const figures = await clocked.journal.figures();
    expect(figures).toEqual(
      expect.arrayContaining([
        { metric: "enqueued", labels: { lane, model }, value: 3 },
        { metric: "credits", labels: { lane, model }, value: 20 },
        { metric: "settled", labels: { lane, model, status: "succeeded", reason: "" }, value: 1 },
        {
          metric: "settled",
          labels: { lane, model, status: "failed", reason: "insufficient_credits" },
          value: 1,
        },
        { metric: "generations", labels: { lane, status: "queued" }, value: 1 },
        { metric: "generations", labels: { lane, status: "succeeded" }, value: 1 },
        { metric: "generations", labels: { lane, status: "failed" }, value: 1 },
        { metric: "generations", labels: { lane, status: "running" }, value: 0 },
      ]),
    );
  });
});

describe("errors", () => {
  it("carry nothing of the request", async () => {
    const journal = openJournal(redis, uniqueLane());
    const generation = buildNewGeneration(journal.lane, { input: { prompt: "canary-prompt" } });
    // A key of the wrong kind makes the script fail in the middle.
    await redis.set(`${lanePrefix(journal.lane)}:x:created`, "not a stream");
    const error = await journal.enqueue([generation]).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "JournalError", kind: "refused" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("canary");
    expect((error as Error).cause).toBeUndefined();
  });
});
