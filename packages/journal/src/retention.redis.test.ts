import { ulidOf } from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { NewGeneration, StoredOptions } from "./enqueue.ts";
import { openIdempotencyKeys } from "./idempotency.ts";
import { idempotencyKey, MIN_KEY_LIFE_MS } from "./keys.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

const DAY_MS = 86_400_000;
const RETENTION_MS = 8 * DAY_MS;
/** Events have the time of the server in their ids: the clock of the test has to be beyond it. */
const AGES_MS = 3_650 * DAY_MS;
const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "hold" as const,
};

const setup = (): Promise<ClockedJournal> => openClockedJournal(redis);

const withKey = (key: string): StoredOptions => ({
  tenant: "tenant 1",
  userId: "user:1",
  metadata: { note: "mine" },
  notifyUrl: null,
  idempotencyKey: key,
});

async function enqueue(
  { journal }: ClockedJournal,
  overrides: Partial<NewGeneration> = {},
): Promise<string> {
  const generation = { ...buildNewGeneration(journal.lane), ...overrides };
  await journal.enqueue([generation]);
  return generation.id;
}

async function begin({ journal, advance }: ClockedJournal, id: string, fence: string) {
  let begun = await journal.begin(id, fence, LIMITS);
  // What was refused teaches the lane a pace.
  while (begun.kind === "busy") {
    await advance(begun.waitMs ?? 0);
    begun = await journal.begin(id, fence, LIMITS);
  }
  if (begun.kind !== "begun") throw new Error("not begun");
  return begun.attempt;
}

/** Every place in the whole Redis that names what is looked for. */
async function namesOf(texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of redis.scanStream({ count: 1_000 })) {
    const looking = (keys as string[]).map(async (key) => {
      const type = await redis.type(key);
      const held: unknown =
        type === "hash"
          ? await redis.hgetall(key)
          : type === "list"
            ? await redis.lrange(key, 0, -1)
            : type === "set"
              ? await redis.smembers(key)
              : type === "zset"
                ? await redis.zrange(key, "0", "-1")
                : type === "stream"
                  ? await redis.xrange(key, "-", "+")
                  : type === "string"
                    ? await redis.get(key)
                    : null;
      const whole = key + JSON.stringify(held);
      if (texts.some((text) => whole.includes(text))) found.push(`${type} ${key}`);
    });
    await Promise.all(looking);
  }
  return found.toSorted();
}

const forgetAll = async ({ journal }: ClockedJournal, limit = 200): Promise<string[]> => {
  const outlived = await journal.listOutlived(RETENTION_MS, limit);
  await journal.forget(outlived, RETENTION_MS);
  return outlived.map(({ id }) => id);
};

it("nothing in the whole Redis names a generation after its retention, whatever happened to it", async () => {
  const clocked = await setup();
  const { journal, advance } = clocked;
  const key = "k-" + journal.lane;
  const id = await enqueue(clocked, { options: withKey(key) });
  const keys = openIdempotencyKeys(redis);
  await keys.reserve({ tenant: "tenant 1", key, digest: "d", id });
  // A long history, a held one with a reason, two tasks, files: each kind of key there is.
  for (let n = 0; n < 40; n++) {
    await journal.requeue(
      await begin(clocked, id, `f${n}`),
      n % 2 ? "not_sent" : "rate_limited",
      0,
    );
  }
  const lost = await begin(clocked, id, "lost");
  await journal.unconfirm(lost, "answer_lost", 0);
  await journal.endGrace(id, "hold", 3);
  await journal.attach(id, { taskId: "task-retention-1", attempt: null }, 60_000, "found it");
  await journal.accept(lost, "task-retention-2", { deadlineMs: 60_000, firstPollMs: 0 });
  const { polls } = await journal.claimPolls(1, 15_000);
  await journal.settle(polls[0]!, {
    event: "finished",
    files: [{ url: "http://127.0.0.1/video.mp4", type: "video" }],
  });
  const texts = [ulidOf(id), "task-retention-1", "task-retention-2"];
  expect((await namesOf(texts)).length).toBeGreaterThan(10);

  await advance(AGES_MS);
  expect(await forgetAll(clocked)).toEqual([id]);
  expect(await namesOf(texts)).toEqual([]);
  expect(await redis.exists(idempotencyKey("tenant 1", key))).toBe(0);
  expect(await journal.get(id)).toBeNull();
  const gauge = (await journal.figures()).find(
    ({ metric, labels }) => metric === "generations" && labels["status"] === "succeeded",
  );
  expect(gauge?.value).toBe(0);
});

it("a failed one with its message goes, and what a redrive could have taken", async () => {
  const clocked = await setup();
  const { journal, advance } = clocked;
  const id = await enqueue(clocked);
  const rules = { policy: "fail" as const, firstProbeMs: null, keyDigest: "" };
  const attempt = await begin(clocked, id, "f1");
  await journal.deny(attempt, "insufficient_credits", "too little", rules);
  await advance(AGES_MS);
  // While the lane is halted somebody may still mend the account and send it again.
  expect(await forgetAll(clocked)).toEqual([]);
  await journal.resumeLane();
  expect(await forgetAll(clocked)).toEqual([id]);
  expect(await namesOf([ulidOf(id)])).toEqual([]);
});

it("one that is redriven in between stays, and keeps its idempotency key for good", async () => {
  const clocked = await setup();
  const { journal, advance } = clocked;
  const key = `key-${journal.lane}`;
  const generation = buildNewGeneration(journal.lane);
  const options = { ...generation.options, idempotencyKey: key };
  await journal.enqueue([{ ...generation, options }]);
  const { id } = generation;
  const keys = openIdempotencyKeys(redis);
  await keys.reserve({ tenant: "default", key, digest: "d", id });
  await keys.keep([{ tenant: "default", key }]);
  const rules = { policy: "fail" as const, firstProbeMs: null, keyDigest: "" };
  await journal.deny(await begin(clocked, id, "f1"), "insufficient_credits", "", rules);
  await journal.resumeLane();
  await advance(AGES_MS);
  const outlived = await journal.listOutlived(RETENTION_MS, 10);
  expect(outlived).toMatchObject([{ id, idempotencyKey: key }]);
  await journal.redrive(null, 10);
  expect(await journal.forget(outlived, RETENTION_MS)).toMatchObject([{ kind: "ignored" }]);
  expect(await keys.find({ tenant: "default", key })).toMatchObject({ id });
  expect(await redis.pttl(idempotencyKey("default", key))).toBe(-1);
});

it("what is not settled never goes, nor what settled a moment too late", async () => {
  const clocked = await setup();
  const { journal, advance } = clocked;
  const held = await enqueue(clocked);
  await journal.unconfirm(await begin(clocked, held, "f1"), "answer_lost", 0);
  await journal.endGrace(held, "hold", 3);
  const unconfirmed = await enqueue(clocked);
  await journal.unconfirm(await begin(clocked, unconfirmed, "f2"), "answer_lost", 0);
  const running = await enqueue(clocked);
  const times = { deadlineMs: 60_000, firstPollMs: 1_000 };
  await journal.accept(await begin(clocked, running, "f3"), "task-retained", times);
  const submitting = await enqueue(clocked);
  await begin(clocked, submitting, "f4");
  const queued = await enqueue(clocked);
  await advance(AGES_MS);
  const canceled = await enqueue(clocked);
  await journal.cancel(canceled);
  await advance(RETENTION_MS - 1);
  expect(await forgetAll(clocked)).toEqual([]);
  await advance(1);
  expect(await forgetAll(clocked)).toEqual([canceled]);
  for (const id of [held, unconfirmed, running, submitting, queued]) {
    const rows = [{ id, tenant: "default", userId: null, idempotencyKey: null }];
    expect(await journal.forget(rows, RETENTION_MS)).toMatchObject([{ kind: "ignored" }]);
    expect(await journal.get(id)).not.toBeNull();
  }
});

it("the oldest go first, in batches, and those of one millisecond are told apart", async () => {
  const clocked = await setup();
  const { journal, advance } = clocked;
  const some = Array.from({ length: 250 }, () => buildNewGeneration(journal.lane));
  await journal.enqueue(some);
  const kept = some[120]!.id;
  for (const { id } of some) if (id !== kept) await journal.cancel(id);
  await advance(AGES_MS);
  expect(await forgetAll(clocked, 100)).toHaveLength(100);
  expect(await forgetAll(clocked, 100)).toHaveLength(100);
  expect(await forgetAll(clocked, 100)).toHaveLength(49);
  const page = await journal.list({ limit: 10 });
  expect(page.generations.map(({ generation }) => generation.id)).toEqual([kept]);
});

it("a generation with an idempotency key outlives a shorter retention: without it a retry would pay again", async () => {
  const clocked = await setup();
  const { journal, advance } = clocked;
  const id = await enqueue(clocked, { options: withKey("young") });
  await journal.cancel(id);
  await advance(MIN_KEY_LIFE_MS - 1);
  expect(await forgetAll(clocked)).toEqual([]);
  await advance(1);
  expect(await forgetAll(clocked)).toEqual([id]);
});

it("thousands with keys do not keep back what was settled behind them", async () => {
  const own = await setup();
  const { journal } = own;
  const settle = async (id: string): Promise<void> => void (await journal.cancel(id));
  const keyed = Array.from({ length: 2_100 }, (_, at) => ({
    ...buildNewGeneration(journal.lane),
    options: withKey(`key-${at}`),
  }));
  await journal.enqueue(keyed);
  for (const { id } of keyed) await settle(id);
  await own.advance(1);
  // Settled in one millisecond, they go in the order of their ids.
  const plain = [await enqueue(own), await enqueue(own), await enqueue(own)].toSorted();
  for (const id of plain) await settle(id);
  await own.advance(9 * DAY_MS);
  const ids = async (): Promise<string[]> =>
    (await journal.listOutlived(RETENTION_MS, 2)).map(({ id }) => id);
  const found: string[][] = [];
  for (let tick = 0; tick < 4; tick += 1) {
    const ticked = await ids();
    found.push(ticked);
    const outlived = ticked.map((id) => ({ id, tenant: "t", userId: null, idempotencyKey: null }));
    await journal.forget(outlived, RETENTION_MS);
  }
  // A thousand are looked at each time; behind the end it begins anew.
  expect(found).toEqual([[], [], plain.slice(0, 2), plain.slice(2)]);
  await own.advance(MIN_KEY_LIFE_MS);
  expect(await ids()).toHaveLength(2);
});

it("metadata that speaks of an idempotency key is none", async () => {
  const own = await setup();
  const options = { ...withKey(""), idempotencyKey: null, metadata: { idempotencyKey: "theirs" } };
  const id = await enqueue(own, { options });
  await own.journal.cancel(id);
  await own.advance(9 * DAY_MS);
  expect(await own.journal.listOutlived(RETENTION_MS, 2)).toMatchObject([{ id }]);
});

it("a key whose enqueue stored nothing has an end; one with a record ends with it", async () => {
  const keys = openIdempotencyKeys(redis);
  const tenant = `tenant-${Math.random()}`;
  const stored = idempotencyKey(tenant, "stored");
  await keys.reserve({ tenant, key: "stored", digest: "d", id: "lane_1" });
  await keys.reserve({ tenant, key: "lost", digest: "d", id: "lane_2" });
  await keys.keep([{ tenant, key: "stored" }]);
  expect(await redis.pttl(stored)).toBe(-1);
  const left = await redis.pttl(idempotencyKey(tenant, "lost"));
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(MIN_KEY_LIFE_MS);
  // A retry neither shortens nor lengthens what is kept.
  expect((await keys.reserve({ tenant, key: "stored", digest: "d", id: "lane_3" })).kind).toBe(
    "same",
  );
  expect(await redis.pttl(stored)).toBe(-1);
});
