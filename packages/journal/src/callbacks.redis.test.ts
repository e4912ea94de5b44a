import { isChannelSilent, learnedGraceMs, ulidOf } from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import type { AttemptOf } from "./attempts.ts";
import { lanePrefix } from "./keys.ts";

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

const FINISHED = {
  kind: "finished",
  files: [{ url: "https://files.example/1", type: "video" }],
} as const;
const RUNNING = { kind: "running" } as const;
const GRACE = { withoutCallbackMs: 5_000, withCallbackMs: null };
const HOUR_MS = 3_600_000;

let clocked: ClockedJournal;
let prefix: string;
beforeEach(async () => {
  clocked = await openClockedJournal(redis);
  prefix = lanePrefix(clocked.journal.lane);
});

async function enqueue(): Promise<string> {
  const generation = buildNewGeneration(clocked.journal.lane);
  await clocked.journal.enqueue([generation]);
  return generation.id;
}

async function begin(id: string, fence = "f1", asksForCallback = true): Promise<AttemptOf> {
  const begun = await clocked.journal.begin(id, fence, {
    sendWithinMs: 2_000,
    answerWithinMs: 50_000,
    submitDeadlineMs: 24 * HOUR_MS,
    policy: "resubmit",
    asksForCallback,
  });
  if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

async function run(id: string, taskId = `task-${id}`, firstPollMs = 10_000): Promise<void> {
  const times = { deadlineMs: HOUR_MS, firstPollMs };
  await clocked.journal.accept(await begin(id), taskId, times);
}

/** One that ran for `ms` and whose end a poll saw. */
async function settle(ms: number, taskId?: string): Promise<string> {
  const id = await enqueue();
  await run(id, taskId);
  await clocked.advance(ms);
  const { polls } = await clocked.journal.claimPolls(1_000, 15_000);
  const poll = polls.find((one) => one.id === id);
  if (poll === undefined) throw new Error("no poll is due");
  await clocked.journal.settle(poll, { event: "finished", files: [] });
  return id;
}

const note = (id: string, taskId: string, attempt = 1) =>
  clocked.journal.noteCallback({ id, attempt, taskId });
const looks = async () => (await clocked.journal.claimLooks(100, 15_000)).looks;
const generationOf = async (id: string) => (await clocked.journal.get(id))?.generation;

it("a poll that is under way when a callback comes does not put off the next one", async () => {
  const id = await enqueue();
  await run(id, "task-1");
  await clocked.advance(10_000);
  const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
  const facts = { pollCount: 1, errorCount: 0, doubt: null, progress: null };
  await clocked.advance(100);
  expect(await note(id, "task-1")).toBe("poll_due");
  await clocked.advance(100);
  await clocked.journal.snoozePoll(poll!, 15_000, facts);
  const [next] = (await clocked.journal.claimPolls(1, 15_000)).polls;
  expect(next).toMatchObject({ id, facts });
  await clocked.journal.snoozePoll(next!, 15_000, facts);
  expect((await clocked.journal.claimPolls(1, 15_000)).polls).toEqual([]);
});

describe("a callback", () => {
  it("for an attempt without an answer is looked at now, and a status call binds its task", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 60_000);
    expect(await note(id, "task-1")).toBe("candidate");
    expect(await looks()).toMatchObject([{ id, taskId: "task-1", misses: 0, isLate: false }]);
    expect(await generationOf(id)).toMatchObject({ status: "unconfirmed" });
    const outcome = await clocked.journal.confirm(
      { id, taskId: "task-1" },
      RUNNING,
      HOUR_MS,
      1_000,
    );
    expect(outcome).toEqual({ kind: "changed", status: "running", became: "bound" });
    const { polls } = await clocked.journal.claimPolls(1, 15_000);
    expect(polls).toMatchObject([{ id, taskId: "task-1", dueAt: clocked.now() }]);
    expect(await generationOf(id)).toMatchObject({ unresolved: [] });
  });

  it("resolves a held generation, and wins over a resubmit that has not begun", async () => {
    const held = await enqueue();
    await clocked.journal.unconfirm(await begin(held), "answer_lost", 0);
    await clocked.journal.endGrace(held, "hold", 3);
    const queued = await enqueue();
    await clocked.journal.unconfirm(await begin(queued), "answer_lost", 0);
    await clocked.journal.endGrace(queued, "resubmit", 3);
    for (const id of [held, queued]) {
      await note(id, `task-${id}`);
      await clocked.journal.confirm({ id, taskId: `task-${id}` }, RUNNING, HOUR_MS, 1_000);
      expect(await generationOf(id)).toMatchObject({ status: "running", unresolved: [] });
    }
  });

  it("keeps what may be paid for from being sent again until somebody has looked", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await note(id, "task-1");
    expect(await clocked.journal.endGrace(id, "resubmit", 3)).toMatchObject({ kind: "ignored" });
    expect(await clocked.journal.listOverdue("unconfirmed", 10)).toEqual([]);
    await clocked.advance(5_000);
    expect(await clocked.journal.listOverdue("unconfirmed", 10)).toMatchObject([{ id }]);

    const late = await enqueue();
    await clocked.journal.unconfirm(await begin(late), "answer_lost", 0);
    await clocked.journal.endGrace(late, "resubmit", 3);
    await note(late, "task-2");
    await expect(begin(late, "f2")).rejects.toThrow('{"kind":"early","waitMs":2000}');
  });

  it("keeps it from that for half an hour at most: then a person decides, and a late look binds", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await note(id, "task-1");
    const look = { id, taskId: "task-1" };
    const missUntilOver = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 60_000) {
        await clocked.journal.missLook(look, "unavailable", 10_000);
        await clocked.advance(60_000);
      }
    };
    await missUntilOver(29 * 60_000);
    expect(await clocked.journal.endGrace(id, "resubmit", 3)).toMatchObject({ kind: "ignored" });
    // While status calls are refused the lane waits for a person as a whole.
    const refusal = { code: "authentication_error", laneEpoch: 0, firstProbeMs: null } as const;
    await clocked.journal.refusePolls({ ...refusal, keyDigest: "", pollProbeMs: 60_000 });
    await missUntilOver(10 * 60_000);
    expect(await clocked.journal.endGrace(id, "resubmit", 3)).toMatchObject({ kind: "ignored" });
    await clocked.journal.allowPolls();
    expect(await clocked.journal.endGrace(id, "resubmit", 3)).toMatchObject({ status: "held" });
    expect(await generationOf(id)).toMatchObject({ status: "held", reason: "unconfirmed" });
    expect(await clocked.journal.history(id)).toContainEqual(
      expect.objectContaining({ event: expect.objectContaining({ policy: "look_unanswered" }) }),
    );
    await clocked.journal.confirm(look, RUNNING, HOUR_MS, 1_000);
    expect(await generationOf(id)).toMatchObject({ status: "running", unresolved: [] });
  });

  it("that races a person's resubmit wins, before and after it", async () => {
    for (const order of ["callback", "person"]) {
      const id = await enqueue();
      await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
      await clocked.journal.endGrace(id, "hold", 3);
      const taskId = `task-${order}`;
      if (order === "callback") await note(id, taskId);
      const [resubmitted] = await clocked.journal.resubmit([id], "nobody knows it");
      expect(resubmitted).toMatchObject({ kind: "changed", status: "queued" });
      if (order === "person") await note(id, taskId);
      await expect(begin(id, "f2")).rejects.toThrow('{"kind":"early","waitMs":2000}');
      await clocked.journal.confirm({ id, taskId }, RUNNING, HOUR_MS, 1_000);
      expect(await generationOf(id)).toMatchObject({ status: "running", attempt: 1 });
      await expect(begin(id, "f2")).rejects.toThrow("not_queued");
    }
  });

  it("for the running task makes its poll due now, at most every two seconds", async () => {
    const id = await enqueue();
    await run(id, "task-1");
    expect(await note(id, "task-1")).toBe("poll_due");
    expect((await clocked.journal.claimPolls(1, 15_000)).polls).toMatchObject([{ id }]);
    expect(await note(id, "task-1")).toBe("nothing");
    await clocked.advance(2_000);
    expect(await note(id, "task-1")).toBe("poll_due");
  });

  it("makes a success of a failure whose task finished after all, once", async () => {
    const id = await enqueue();
    await run(id, "task-1");
    await clocked.advance(HOUR_MS);
    const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    await clocked.journal.settle(poll!, { event: "timed_out" });
    expect(await looks()).toEqual([]);
    expect(await note(id, "task-1")).toBe("late_due");
    expect(await looks()).toMatchObject([{ id, isLate: true }]);
    const look = { id, taskId: "task-1" };
    expect(await clocked.journal.confirm(look, FINISHED, HOUR_MS, 1_000)).toEqual({
      kind: "changed",
      status: "succeeded",
      became: "late",
    });
    const stored = await clocked.journal.get(id);
    expect(stored).toMatchObject({ generation: { settlement: 2 }, files: FINISHED.files });
    expect(await clocked.journal.confirm(look, FINISHED, HOUR_MS, 1_000)).toMatchObject({
      reason: "duplicate",
    });
    await clocked.advance(10_000);
    expect(await note(id, "task-1")).toBe("nothing");
  });

  it("that names a task of another generation changes nothing", async () => {
    const [one, other] = [await enqueue(), await enqueue()];
    await run(one, "task-1");
    await clocked.journal.unconfirm(await begin(other), "answer_lost", 60_000);
    expect(await note(other, "task-1")).toBe("nothing");
    // It became known between the callback and the look.
    expect(await note(other, "task-2")).toBe("candidate");
    const third = await enqueue();
    await run(third, "task-2");
    const look = { id: other, taskId: "task-2" };
    expect(await clocked.journal.confirm(look, FINISHED, HOUR_MS, 1_000)).toMatchObject({
      kind: "ignored",
      reason: "task_taken",
    });
    expect(await generationOf(other)).toMatchObject({ status: "unconfirmed" });
    expect(await looks()).toEqual([]);
  });

  it("is nothing to a lane that does not know the generation", async () => {
    expect(await note(`${clocked.journal.lane}_01kat5k3v8q2x7m4n9p0r1s2t3`, "task-1")).toBe(
      "unknown",
    );
  });

  it("leaves bounded traces, whatever is named and however often", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", HOUR_MS);
    for (let n = 0; n < 2_000; n += 1) await note(id, `forged-${n % 500}`);
    expect([await note(id, "forged-0"), await note(id, "forged-16")]).toEqual(["nothing", "full"]);
    expect(await redis.hlen(`${prefix}:c:${ulidOf(id)}`)).toBe(16);
    expect(await redis.zcard(`${prefix}:x:looks`)).toBe(16);
    expect(await clocked.journal.history(id)).toHaveLength(3 + 16);
  });
});

describe("a look", () => {
  it("at what may be the missing answer goes on until the submit is held, and is not sent again", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await note(id, "task-1");
    const miss = () => clocked.journal.missLook({ id, taskId: "task-1" }, "not_found", 20_000);
    const endGrace = () => clocked.journal.endGrace(id, "resubmit", 3);
    for (let n = 0; n < 89; n += 1) {
      expect(await miss()).toBe("kept");
      await clocked.advance(20_000);
      expect(await endGrace()).toMatchObject({ kind: "ignored" });
    }
    await clocked.advance(20_000);
    expect(await endGrace()).toMatchObject({ status: "held" });
    expect(await miss()).toBe("dropped");
  });

  it("that finds nothing is repeated, and given up after five denials over two minutes", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await clocked.journal.endGrace(id, "hold", 3);
    await note(id, "task-1");
    const look = { id, taskId: "task-1" };
    for (let n = 0; n < 6; n += 1) {
      expect(await clocked.journal.missLook(look, "not_found", 20_000)).toBe("kept");
      await clocked.advance(20_000);
      expect(await looks()).toMatchObject([{ misses: n + 1 }]);
    }
    expect(await clocked.journal.missLook(look, "not_found", 20_000)).toBe("dropped");
    expect(await redis.exists(`${prefix}:c:${ulidOf(id)}`)).toBe(0);
    expect(await redis.zcard(`${prefix}:x:looks`)).toBe(0);
  });

  it("that is not answered counts as no denial", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", HOUR_MS);
    await note(id, "task-1");
    for (let n = 0; n < 20; n += 1) {
      const look = { id, taskId: "task-1" };
      expect(await clocked.journal.missLook(look, "unavailable", 20_000)).toBe("kept");
      await clocked.advance(20_000);
    }
  });

  it("that is never answered is given up after eight days, where nothing is sent again for it", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await note(id, "task-1");
    const look = { id, taskId: "task-1" };
    const miss = () => clocked.journal.missLook(look, "unavailable", 10_000);
    await clocked.advance(9 * 24 * HOUR_MS);
    expect(await miss()).toBe("kept");
    expect(await clocked.journal.endGrace(id, "resubmit", 3)).toMatchObject({ status: "held" });
    expect(await miss()).toBe("dropped");
    expect(await generationOf(id)).toMatchObject({ status: "held" });
  });

  it("is leased to one worker, and comes back when that one dies", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", HOUR_MS);
    await note(id, "task-1");
    expect(await looks()).toHaveLength(1);
    expect(await looks()).toHaveLength(0);
    await clocked.advance(15_000);
    expect(await looks()).toHaveLength(1);
  });

  it("finds the video of a task whose answer came after its generation was abandoned", async () => {
    const id = await enqueue();
    const attempt = await begin(id);
    await clocked.journal.unconfirm(attempt, "answer_lost", 0);
    await clocked.journal.endGrace(id, "hold", 3);
    await clocked.journal.abandon([id], "nobody waits");
    const times = { deadlineMs: HOUR_MS, firstPollMs: 0 };
    await clocked.journal.accept(attempt, "task-late", times);
    await clocked.advance(60_000);
    const [look] = await looks();
    expect(look).toMatchObject({ id, taskId: "task-late" });
    const seen = { kind: "finished", files: [] } as const;
    await clocked.journal.confirm(look!, seen, HOUR_MS, HOUR_MS);
    expect(await generationOf(id)).toMatchObject({
      status: "succeeded",
      task: { taskId: "task-late" },
      extraTaskIds: [],
      unresolved: [],
    });
  });

  it("waits for nothing of before, when a callback comes while it is under way", async () => {
    const id = await enqueue();
    await run(id, "task-late");
    await clocked.advance(HOUR_MS + 1);
    const { polls } = await clocked.journal.claimPolls(1, 15_000);
    await clocked.journal.settle(polls[0]!, { event: "timed_out" });
    await clocked.advance(HOUR_MS);
    const [look] = await looks();
    await clocked.advance(100);
    expect(await note(id, "task-late")).toBe("late_due");
    await clocked.advance(100);
    await clocked.journal.confirm(look!, RUNNING, HOUR_MS, HOUR_MS);
    expect(await looks()).toMatchObject([{ id }]);
    await clocked.advance(100);
    // One that came before the look does not bring about a further one.
    await clocked.journal.confirm(look!, RUNNING, HOUR_MS, HOUR_MS);
    await clocked.advance(60_000);
    expect(await looks()).toEqual([]);
  });

  it("holds back nobody for longer than half an hour of whom nothing can have been paid", async () => {
    const id = await enqueue();
    await clocked.journal.requeue(await begin(id), "rate_limited", 1_000);
    expect(await note(id, "made up by whoever learnt the address")).toBe("candidate");
    await clocked.advance(HOUR_MS / 2 - 1);
    await expect(begin(id)).rejects.toThrow("early");
    await clocked.advance(1);
    await expect(begin(id, "f2")).resolves.toMatchObject({ attempt: 2 });
  });

  it("makes a success of one whose bound task failed, by another one that was paid for", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await clocked.journal.endGrace(id, "resubmit", 3);
    await run(id, "task-2", 0);
    const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    await clocked.journal.settle(poll!, { event: "task_failed", message: null });
    // Its own callback is no news.
    expect(await note(id, "task-2", 2)).toBe("nothing");
    expect(await note(id, "task-1", 1)).toBe("candidate");
    const [look] = await looks();
    expect(await clocked.journal.confirm(look!, FINISHED, HOUR_MS, HOUR_MS)).toMatchObject({
      status: "succeeded",
      became: "late",
    });
    expect(await clocked.journal.get(id)).toMatchObject({
      files: FINISHED.files,
      isTaskFailed: false,
      generation: { task: { taskId: "task-1" }, extraTaskIds: ["task-2"], unresolved: [] },
    });
  });

  it("is made at the other tasks of one that fails or is given up", async () => {
    const id = await enqueue();
    await run(id, "task-1", 0);
    const [lost] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    await clocked.journal.hold(lost!, "task_not_found");
    await clocked.journal.resubmit([id], "again");
    await run(id, "task-2", 0);
    const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
    await clocked.journal.settle(poll!, { event: "task_failed", message: null });
    expect(await looks()).toMatchObject([{ id, taskId: "task-1", isLate: true }]);
  });

  it.each([
    // It is followed again, and its next poll settles it.
    ["held it", "hold", "running"],
    ["ended it by its deadline", "time out", "succeeded"],
  ] as const)(
    "is made at once where a poll is answered just behind another one that %s",
    async (_, how, status) => {
      const id = await enqueue();
      await run(id, "task-1");
      await clocked.advance(HOUR_MS + 1);
      const [slow] = (await clocked.journal.claimPolls(1, 0)).polls;
      const [quick] = (await clocked.journal.claimPolls(1, 15_000)).polls;
      if (how === "hold") await clocked.journal.hold(quick!, "task_not_found");
      else await clocked.journal.settle(quick!, { event: "timed_out" });
      const behind = await clocked.journal.settle(slow!, { event: "finished", files: [] });
      expect(behind).toMatchObject({ kind: "ignored" });
      const [look] = await looks();
      expect(look).toMatchObject({ id, taskId: "task-1" });
      await clocked.journal.confirm(look!, FINISHED, HOUR_MS, HOUR_MS);
      expect(await generationOf(id)).toMatchObject({ status });
    },
  );

  it("goes on hourly for a day where a generation was given up with its task", async () => {
    const id = await enqueue();
    await run(id, "task-1");
    const [poll] = (await clocked.advance(10_000), await clocked.journal.claimPolls(1, 15_000))
      .polls;
    await clocked.journal.hold(poll!, "task_not_found");
    await clocked.journal.abandon([id], "nobody waits");
    let count = 0;
    for (let hour = 0; hour < 30; hour += 1) {
      await clocked.advance(HOUR_MS);
      for (const look of await looks()) {
        count += 1;
        await clocked.journal.missLook(look, "not_found", HOUR_MS);
      }
    }
    expect(count).toBe(24);
  });

  it("waits while the lane's key is refused", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", HOUR_MS);
    await note(id, "task-1");
    await clocked.journal.refusePolls({
      code: "authentication_error",
      laneEpoch: 0,
      firstProbeMs: null,
      keyDigest: "",
      pollProbeMs: 60_000,
    });
    expect(await looks()).toEqual([]);
    await clocked.journal.allowPolls();
    expect(await looks()).toHaveLength(1);
  });

  it("goes on like the polls where only credits are missing: it may be all that can tell", async () => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", HOUR_MS);
    await note(id, "task-1");
    await clocked.journal.refusePolls({
      code: "insufficient_credits",
      laneEpoch: 0,
      firstProbeMs: null,
      keyDigest: "",
      pollProbeMs: 60_000,
    });
    expect(await looks()).toHaveLength(1);
  });
});

describe("the grace", () => {
  const graceOf = async (asks: boolean): Promise<number> => {
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id, "f1", asks), "answer_lost", GRACE);
    const generation = await generationOf(id);
    if (generation?.status !== "unconfirmed") throw new Error("not unconfirmed");
    return generation.graceEndAt - clocked.now();
  };

  it("of an attempt that asked for a callback is learned from its model", async () => {
    expect(await graceOf(false)).toBe(5_000);
    expect(await graceOf(true)).toBe(1_800_000);
    const durations = fc.array(fc.integer({ min: 1, max: 1_500_000 }), {
      minLength: 28,
      maxLength: 140,
    });
    await fc.assert(
      fc.asyncProperty(durations, async (given) => {
        clocked = await openClockedJournal(redis);
        prefix = lanePrefix(clocked.journal.lane);
        const key = `${prefix}:durations:${buildNewGeneration(clocked.journal.lane).model}`;
        await redis.del(key);
        await redis.rpush(key, ...given);
        expect(await graceOf(true)).toBe(learnedGraceMs(given));
      }),
      { numRuns: 25 },
    );
  });

  it("learns nothing from a task that its callback named: it is bound when it is over", async () => {
    for (let n = 0; n < 40; n += 1) {
      const id = await enqueue();
      await clocked.journal.unconfirm(await begin(id), "answer_lost", GRACE);
      await clocked.advance(600_000);
      await note(id, `task-${n}`);
      const look = { id, taskId: `task-${n}` };
      await clocked.journal.confirm(look, { ...FINISHED }, HOUR_MS, 1_000);
      const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
      await clocked.journal.settle(poll!, { event: "finished", files: [] });
      expect(await generationOf(id)).toMatchObject({ status: "succeeded" });
    }
    expect(await graceOf(true)).toBe(1_800_000);
    expect(await redis.zcard(`${prefix}:x:ends`)).toBe(0);
  });

  it("keeps the durations of the last 128 finished ones", async () => {
    for (let n = 0; n < 130; n += 1) await settle(10_000 + n);
    const key = `${prefix}:durations:${buildNewGeneration(clocked.journal.lane).model}`;
    const kept = (await redis.lrange(key, 0, -1)).map(Number);
    expect(kept).toHaveLength(128);
    expect(kept.at(-1)).toBe(10_002);
  });

  it("ends in front of a person where few callbacks come, by the rule of core", async () => {
    const end = fc.record({
      agoMs: fc.integer({ min: 0, max: 90_000 }),
      heardAfterMs: fc.option(fc.integer({ min: -5_000, max: 40_000 }), { nil: null, freq: 6 }),
    });
    const severalEnds = fc.uniqueArray(end, {
      minLength: 15,
      maxLength: 45,
      selector: ({ agoMs }) => agoMs,
    });
    await fc.assert(
      fc.asyncProperty(severalEnds, async (given) => {
        clocked = await openClockedJournal(redis);
        prefix = lanePrefix(clocked.journal.lane);
        const at = clocked.now();
        const ends = given.map(({ agoMs, heardAfterMs }) => {
          const endedAt = at - agoMs;
          const heardAt = heardAfterMs === null ? null : endedAt + heardAfterMs;
          return { endedAt, heardAt: heardAt !== null && heardAt > at ? null : heardAt };
        });
        ends.sort((a, b) => b.endedAt - a.endedAt);
        for (const [n, { endedAt, heardAt }] of ends.entries()) {
          const record = { sa: endedAt, ...(heardAt === null ? {} : { cb: heardAt }) };
          await redis.hset(`${prefix}:g:end-${n}`, record);
          await redis.zadd(`${prefix}:x:ends`, endedAt, `end-${n}`);
        }
        const id = await enqueue();
        await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
        await clocked.journal.endGrace(id, "resubmit", 3);
        const status = isChannelSilent(ends, at) ? "held" : "queued";
        expect(await generationOf(id)).toMatchObject({ status });
      }),
      { numRuns: 60 },
    );
  });

  it("is judged by generations that asked for a callback and whose end a poll saw", async () => {
    for (let n = 0; n < 20; n += 1) await settle(10_000);
    expect(await redis.zcard(`${prefix}:x:ends`)).toBe(20);
    await clocked.advance(30_000);
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await clocked.journal.endGrace(id, "resubmit", 3);
    expect(await generationOf(id)).toMatchObject({ status: "held", reason: "unconfirmed" });
    // One that expects no callback is not held for the want of it.
    const other = await enqueue();
    await clocked.journal.unconfirm(await begin(other, "f1", false), "answer_lost", 0);
    await clocked.journal.endGrace(other, "resubmit", 3);
    expect(await generationOf(other)).toMatchObject({ status: "queued" });
  });

  it("is not blamed on tasks that never ended: a cancel that a deadline carried out", async () => {
    for (let n = 0; n < 20; n += 1) {
      const id = await enqueue();
      await run(id);
      await clocked.journal.cancel(id);
      await clocked.advance(HOUR_MS);
      const [poll] = (await clocked.journal.claimPolls(1, 15_000)).polls;
      await clocked.journal.settle(poll!, { event: "timed_out" });
      expect(await generationOf(id)).toMatchObject({ status: "canceled" });
    }
    expect(await redis.llen(`${prefix}:ends`)).toBe(0);
  });

  it.each([
    ["none", () => false, 100],
    ["every second one", (n: number) => n % 2 === 0, 100],
  ] as const)(
    "is noticed where two end in a second and %s calls back",
    async (_, callsBack, count) => {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) ids.push(await enqueue());
      const silent = await enqueue();
      await clocked.journal.unconfirm(await begin(silent), "answer_lost", 0);
      for (const [n, id] of ids.entries()) {
        await run(id, `task-${id}`, 0);
        const { polls } = await clocked.journal.claimPolls(10, 15_000);
        await clocked.journal.settle(polls[0]!, { event: "finished", files: [] });
        if (callsBack(n)) await note(id, `task-${id}`);
        await clocked.advance(500);
      }
      // What is kept of them has a bound.
      expect(await redis.zcard(`${prefix}:x:ends`)).toBeLessThanOrEqual(20 + 60 + 1);
      await clocked.journal.endGrace(silent, "resubmit", 3);
      expect(await generationOf(silent)).toMatchObject({ status: "held", reason: "unconfirmed" });
    },
  );

  it("is not covered by what was called back about tasks of before a person sent it again", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const id = await enqueue();
      ids.push(id);
      await run(id, `first-${id}`, 0);
      await note(id, `first-${id}`);
      const { polls } = await clocked.journal.claimPolls(10, 15_000);
      await clocked.journal.hold(polls[0]!, "task_not_found");
      await clocked.journal.resubmit([id], "again");
      await run(id, `second-${id}`, 0);
      const { polls: again } = await clocked.journal.claimPolls(10, 15_000);
      await clocked.journal.settle(again[0]!, { event: "finished", files: [] });
    }
    const silent = await enqueue();
    await clocked.journal.unconfirm(await begin(silent), "answer_lost", 0);
    await clocked.advance(30_000);
    await clocked.journal.endGrace(silent, "resubmit", 3);
    expect(await generationOf(silent)).toMatchObject({ status: "held" });
  });

  it("is not blamed on callbacks that came in time", async () => {
    for (let n = 0; n < 20; n += 1) {
      const id = await settle(10_000, `task-${n}`);
      await clocked.advance(1_000);
      await note(id, `task-${n}`);
    }
    await clocked.advance(60_000);
    const id = await enqueue();
    await clocked.journal.unconfirm(await begin(id), "answer_lost", 0);
    await clocked.journal.endGrace(id, "resubmit", 3);
    expect(await generationOf(id)).toMatchObject({ status: "queued" });
  });
});
