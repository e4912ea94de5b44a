import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { AttemptOf } from "./attempts.ts";
import type { Notification } from "./notifications.ts";

const MINUTE = 60_000;
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "hold" as const,
};
const TIMES = { deadlineMs: 60 * MINUTE, firstPollMs: 0 };
const FILES = [{ url: "https://files.example/video.mp4", type: "video" }];

let redis: Redis;
let clocked: ClockedJournal;

beforeEach(async () => {
  redis = connectTestRedis();
  clocked = await openClockedJournal(redis);
});
afterEach(() => redis.disconnect());

async function enqueue(notifyUrl: string | null = "https://me.example/hook"): Promise<string> {
  const generation = buildNewGeneration(clocked.journal.lane);
  const options = { ...generation.options, notifyUrl };
  await clocked.journal.enqueue([{ ...generation, options }]);
  return generation.id;
}

async function begin(id: string): Promise<AttemptOf> {
  const begun = await clocked.journal.begin(id, "f1", LIMITS);
  if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

async function finish(id: string, taskId = `task-of-${id}`): Promise<void> {
  const { journal } = clocked;
  await journal.accept(await begin(id), taskId, TIMES);
  const { polls } = await journal.claimPolls(100, 1_000);
  const poll = polls.find((one) => one.id === id);
  if (poll === undefined) throw new Error("no poll");
  await journal.settle(poll, { event: "finished", files: FILES });
}

const claim = async (limit = 100): Promise<readonly Notification[]> =>
  (await clocked.journal.claimNotifications(limit, MINUTE)).notifications;
const kindsOf = async (id: string): Promise<string[]> =>
  (await clocked.journal.listNotifications(id)).map(({ kind }) => kind);
const OK = { outcome: "delivered", httpStatus: 204, durationMs: 12.4 };
const LATE = { outcome: "timed_out", httpStatus: null, durationMs: 15_000 };

describe("a notification is planned", () => {
  it("for each end of a generation that names an address, and for no other", async () => {
    const { journal } = clocked;
    const [finished, canceled, failed, silent] = [
      await enqueue(),
      await enqueue(),
      await enqueue(),
      await enqueue(null),
    ];
    await finish(finished);
    await journal.cancel(canceled);
    await journal.cancel(silent);
    await journal.reject(await begin(failed), "invalid_request", "no such mode");
    expect(await kindsOf(finished)).toEqual(["succeeded"]);
    expect(await kindsOf(canceled)).toEqual(["canceled"]);
    expect(await kindsOf(failed)).toEqual(["failed"]);
    expect(await kindsOf(silent)).toEqual([]);
    expect(new Set((await claim()).map(({ generationId }) => generationId))).toEqual(
      new Set([finished, canceled, failed]),
    );
  });

  it("for a hold, and again for the end behind it", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    await journal.unconfirm(await begin(id), "answer_lost", 0);
    await journal.endGrace(id, "hold", 3);
    expect(await kindsOf(id)).toEqual(["held"]);
    await journal.abandon([id], "nobody waits");
    expect(await kindsOf(id)).toEqual(["held", "failed"]);
  });

  it("for no hold where the caller is told in the upstream's words, which has none", async () => {
    const { journal } = clocked;
    const generation = buildNewGeneration(journal.lane);
    const notifyUrl = "https://me.example/hook";
    const options = { ...generation.options, notifyUrl, notifyShape: "upstream" as const };
    await journal.enqueue([{ ...generation, options }]);
    await journal.unconfirm(await begin(generation.id), "answer_lost", 0);
    await journal.endGrace(generation.id, "hold", 3);
    expect(await kindsOf(generation.id)).toEqual([]);
    await journal.abandon([generation.id], "nobody waits");
    expect(await kindsOf(generation.id)).toEqual(["failed"]);
  });

  it("as a correction for a failure that succeeded after all", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    await journal.accept(await begin(id), "task-1", TIMES);
    await advance(61 * MINUTE);
    const { polls } = await journal.claimPolls(1, 1_000);
    if (polls[0] === undefined) throw new Error("no poll");
    await journal.settle(polls[0], { event: "timed_out" });
    await journal.confirm({ id, taskId: "task-1" }, { kind: "finished", files: FILES }, 1_000, 1);
    expect(await kindsOf(id)).toEqual(["failed", "corrected"]);
  });

  it("once for each settlement: a redrive's end is another one", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    const rules = { policy: "fail", firstProbeMs: null, keyDigest: "" } as const;
    await journal.deny(await begin(id), "insufficient_credits", "", rules);
    await journal.resumeLane();
    await journal.redrive(null, 10);
    await finish(id);
    expect(await kindsOf(id)).toEqual(["failed", "succeeded"]);
    const messages = await journal.listNotifications(id);
    expect(new Set(messages.map(({ version }) => version)).size).toBe(2);
  });
});

describe("a due notification", () => {
  it("belongs to one claimer, until its lease ends", async () => {
    const { journal, advance } = clocked;
    await journal.cancel(await enqueue());
    const [first] = await claim();
    expect(first).toMatchObject({ kind: "canceled", attempts: 0, state: "pending" });
    const none = await journal.claimNotifications(10, MINUTE);
    expect(none).toEqual({ notifications: [], nextDueMs: MINUTE });
    await advance(MINUTE);
    expect(await claim()).toEqual([first]);
  });

  it("is over once it is delivered", async () => {
    const { journal, advance, now } = clocked;
    const id = await enqueue();
    await journal.cancel(id);
    const [message] = await claim();
    if (message === undefined) throw new Error("none");
    await journal.noteDelivery(message, OK, { state: "delivered" });
    await advance(60 * MINUTE);
    expect(await journal.claimNotifications(10, 1)).toEqual({ notifications: [], nextDueMs: null });
    expect(await journal.listNotifications(id)).toMatchObject([
      {
        state: "delivered",
        attempts: 1,
        deliveries: [
          {
            attempt: 1,
            at: now() - 60 * MINUTE,
            outcome: "delivered",
            httpStatus: 204,
            durationMs: 12,
          },
        ],
      },
    ]);
  });

  it("comes again after a failure, and is given up by whoever says so", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    await journal.cancel(id);
    for (const [count, next] of [
      [0, { state: "pending", delayMs: 5_000 }],
      [1, { state: "pending", delayMs: 30_000 }],
      [2, { state: "given_up" }],
    ] as const) {
      const [message] = await claim();
      if (message === undefined) throw new Error("none");
      expect(message.attempts).toBe(count);
      await journal.noteDelivery(message, LATE, next);
      expect(await claim()).toEqual([]);
      await advance(next.state === "pending" ? next.delayMs : 24 * 60 * MINUTE);
    }
    expect(await claim()).toEqual([]);
    const [logged] = await journal.listNotifications(id);
    expect(logged).toMatchObject({ state: "given_up", attempts: 3 });
    expect(logged?.deliveries.map(({ httpStatus }) => httpStatus)).toEqual([null, null, null]);
  });

  it("is replayed by a person, with its schedule from the beginning and the same name", async () => {
    const { journal } = clocked;
    const id = await enqueue();
    await journal.cancel(id);
    const [message] = await claim();
    if (message === undefined) throw new Error("none");
    await journal.noteDelivery(message, LATE, { state: "given_up" });
    expect(await journal.replayNotification(id, message.version)).toBe(true);
    expect(await journal.replayNotification(id, 99)).toBe(false);
    const [again] = await claim();
    expect(again).toEqual({ ...message, attempts: 1, attemptsBefore: 1, replays: 1 });
  });

  it("that was delivered is not planned anew by who lost the lease of it", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    await journal.cancel(id);
    const [slow] = await claim();
    await advance(MINUTE);
    const [quick] = await claim();
    if (slow === undefined || quick === undefined) throw new Error("none");
    await journal.noteDelivery(quick, OK, { state: "delivered" });
    await journal.noteDelivery(slow, LATE, { state: "pending", delayMs: 5_000 });
    await advance(60 * MINUTE);
    expect(await claim()).toEqual([]);
    expect(await journal.listNotifications(id)).toMatchObject([
      { state: "delivered", attempts: 2 },
    ]);
  });

  it("that is replayed while it is out is sent once more, unless it was delivered", async () => {
    const { journal } = clocked;
    for (const [state, expected] of [
      ["given_up", 1],
      ["gone", 1],
      ["delivered", 0],
    ] as const) {
      const id = await enqueue();
      await journal.cancel(id);
      const [message] = await claim();
      if (message === undefined) throw new Error("none");
      expect(await journal.replayNotification(id, message.version)).toBe(true);
      await journal.noteDelivery(message, LATE, { state });
      expect(await claim()).toHaveLength(expected);
    }
  });

  it("that is put off is due then, with nothing counted", async () => {
    const { journal, advance } = clocked;
    await journal.cancel(await enqueue());
    const [message] = await claim();
    if (message === undefined) throw new Error("none");
    await journal.postponeNotification(message, 3_000);
    expect(await claim()).toEqual([]);
    await advance(3_000);
    expect(await claim()).toEqual([message]);
  });

  it("of a generation that is forgotten goes with it", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    await journal.cancel(id);
    await advance(9 * 24 * 60 * MINUTE);
    const outlived = await journal.listOutlived(8 * 24 * 60 * MINUTE, 10);
    await journal.forget(outlived, 8 * 24 * 60 * MINUTE);
    expect(await claim()).toEqual([]);
    expect(await journal.listNotifications(id)).toEqual([]);
  });

  it("keeps a bounded number of deliveries", async () => {
    const { journal, advance } = clocked;
    const id = await enqueue();
    await journal.cancel(id);
    for (let n = 0; n < 40; n += 1) {
      const [message] = await claim();
      if (message === undefined) throw new Error("none");
      await journal.noteDelivery(message, LATE, { state: "pending", delayMs: 1 });
      await advance(1);
    }
    const [logged] = await journal.listNotifications(id);
    expect(logged?.deliveries.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 11),
    );
  });
});
