import { lanePrefix, openJournal } from "@apidot-queue/journal";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { connectTestRedis, testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";

import type { LaneNews } from "./follow.ts";
import { createProducer } from "./create-producer.ts";
import type { LaneStream, Producer } from "./producer.ts";

const LITE = { model: "veo3.1-lite", input: { prompt: "a paper boat" } } as const;

let redis: Redis;
let producer: Producer;
let lane: string;
let stopping: AbortController;

beforeEach(() => {
  redis = connectTestRedis();
  lane = uniqueLane();
  producer = createProducer({ redis: testRedisUrl(), lane });
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort();
  await producer.close();
  redis.disconnect();
});

const follow = (after?: string, of: Producer = producer): Promise<LaneStream> =>
  of.followLane({ after, signal: stopping.signal });

async function take({ news }: LaneStream, count: number): Promise<LaneNews[]> {
  const taken: LaneNews[] = [];
  while (taken.length < count) {
    const { value, done } = await news.next();
    if (done === true) throw new Error("it ended");
    taken.push(value);
  }
  return taken;
}

it("who was told the beginning of a quiet lane is told when changes behind it are gone", async () => {
  const { position } = await follow();
  expect(position).toBe("0-0");
  for (let n = 0; n < 5; n += 1) await producer.enqueue(LITE);
  const all = await follow(position);
  expect(idsOf(await take(all, 5))).toHaveLength(5);
  await redis.xtrim(`${lanePrefix(lane)}:events`, "MAXLEN", 2);
  expect(await take(await follow(position), 1)).toMatchObject([{ kind: "reset" }]);
});

const idsOf = (news: readonly LaneNews[]): string[] =>
  news.map((one) => (one.kind === "change" ? `${one.id} ${one.status}` : one.kind));

/** What happened, as Redis has it: many at once are not stored in the order in which they are given. */
async function allEvents(): Promise<string[]> {
  const entries = await redis.xrange(`${lanePrefix(lane)}:events`, "-", "+");
  return entries.map(([, fields]) => `${lane}_${fields[1] ?? ""} ${fields[3] ?? ""}`);
}

const enqueue = async (count: number): Promise<string[]> => {
  const items = Array.from({ length: count }, () => ({ request: LITE }));
  return (await producer.enqueueMany(items)).map(({ id }) => `${id} queued`);
};

describe("the changes of a lane", () => {
  it("are told from now on, each once and in order", async () => {
    await enqueue(2);
    const stream = await follow();
    const taking = take(stream, 3);
    const ids = await enqueue(3);
    expect(idsOf(await taking)).toEqual(ids);
    const [first] = ids;
    const { id } = await producer.cancel(first?.split(" ")[0] ?? "");
    expect(idsOf(await take(stream, 1))).toEqual([`${id} canceled`]);
  });

  it("of others are passed by, and a tenant without any goes on behind them", async () => {
    const quiet = producer.forTenant("quiet");
    const stream = await follow(undefined, quiet);
    expect(stream.reached()).toBe(stream.position);
    const taking = take(stream, 1);
    await enqueue(3);
    const end = (await redis.xrevrange(`${lanePrefix(lane)}:events`, "+", "-", "COUNT", 1))[0]?.[0];
    await expect.poll(() => stream.reached()).toBe(end);
    // All that was before it is forgotten by now, and nothing of the tenant's was missed.
    await redis.xtrim(`${lanePrefix(lane)}:events`, "MINID", end ?? "");
    const again = await follow(stream.reached(), quiet);
    const takingAgain = take(again, 1);
    const { id } = await quiet.enqueue(LITE);
    expect([idsOf(await taking), idsOf(await takingAgain)]).toEqual([
      [`${id} queued`],
      [`${id} queued`],
    ]);
  });

  it("that are too many to be kept begin anew instead of leaving some out", async () => {
    const key = `${lanePrefix(lane)}:events`;
    const stream = await follow();
    const first = take(stream, 1);
    await enqueue(1);
    await first;
    // As the scripts write them, faster than anybody reads.
    const ADD = `for n = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], 'MAXLEN', '~', 10000, '*',
      'i', ARGV[2], 's', 'queued', 'v', n, 'c', 'enqueued') end`;
    await redis.eval(ADD, 1, key, 20_000, "01kat5k3v8q2x7m4n9p0r1s2t3");
    const versions: number[] = [];
    for (let isBegunAnew = false; !isBegunAnew && versions.at(-1) !== 20_000;) {
      const [one] = await take(stream, 1);
      if (one?.kind === "change") versions.push(one.version);
      else isBegunAnew = true;
    }
    expect(versions).toEqual(versions.map((_, n) => n + 1));
  });

  it("go on behind a position, whatever came meanwhile", async () => {
    const before = await follow();
    await enqueue(5);
    const news = await take(before, 2);
    const position = news.at(-1)?.position;
    await before.news.return();
    const more = await enqueue(1_200);
    const again = await follow(position);
    expect(idsOf(await take(again, 3 + more.length))).toEqual((await allEvents()).slice(2));
  });

  it("are all told to a reader that is slower than they come, and wait for it in Redis", async () => {
    const stream = await follow();
    const first = await enqueue(1);
    expect(idsOf(await take(stream, 1))).toEqual(first);
    // More than wait here for a reader; nobody reads meanwhile.
    for (let n = 0; n < 4; n += 1) await enqueue(400);
    expect(idsOf(await take(stream, 1_600))).toEqual((await allEvents()).slice(1));
  });

  it("that are kept no longer are a reset, and go on behind it", async () => {
    const stream = await follow();
    await enqueue(3);
    const [first] = await take(stream, 1);
    await stream.news.return();
    await redis.xtrim(`${lanePrefix(lane)}:events`, "MAXLEN", 1);
    for (const position of [first?.position, "9999999999999-0"]) {
      const again = await follow(position);
      const [reset] = await take(again, 1);
      expect(reset).toMatchObject({ kind: "reset" });
      const ids = await enqueue(1);
      expect(idsOf(await take(again, 1))).toEqual(ids);
      await again.news.return();
    }
  });

  it("of another tenant are not told", async () => {
    const shop = producer.forTenant("shop");
    const streams = await Promise.all(
      [producer, shop, producer.forTenant("default")].map((of) => follow(undefined, of)),
    );
    const theirs = await shop.enqueue(LITE);
    const ours = await producer.enqueue(LITE);
    await shop.cancel(theirs.id);
    const lines = [`${theirs.id} queued`, `${ours.id} queued`, `${theirs.id} canceled`];
    const expected = [lines, [lines[0], lines[2]], [lines[1]]];
    for (const [at, stream] of streams.entries()) {
      expect(idsOf(await take(stream, expected[at]?.length ?? 0))).toEqual(expected[at]);
    }
  });

  it("end with the signal, also while nothing comes", async () => {
    const { news } = await follow();
    const next = news.next();
    stopping.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe("one generation", () => {
  it("is told as it is, after each change, and to its end", async () => {
    const { id } = await producer.enqueue(LITE);
    const states = producer.follow(id, stopping.signal);
    const first = await states.next();
    expect(first.value).toMatchObject({ version: 1, record: { id, status: "queued" } });
    const second = states.next();
    const journal = openJournal(redis, lane);
    await journal.begin(id, "f1", {
      sendWithinMs: 2_000,
      answerWithinMs: 50_000,
      submitDeadlineMs: 0,
      policy: "resubmit",
    });
    expect((await second).value).toMatchObject({ version: 2, record: { status: "submitting" } });
    await producer.cancel(id);
    await journal.expire(id, 1);
    expect((await states.next()).value).toMatchObject({
      record: { cancelRequestedAt: expect.any(Date) as Date },
    });
    await states.return();
  });

  it("that is settled is told once", async () => {
    const { id } = await producer.enqueue(LITE);
    await producer.cancel(id);
    const states: unknown[] = [];
    for await (const { record } of producer.follow(id, stopping.signal)) states.push(record.status);
    expect(states).toEqual(["canceled"]);
  });

  it("that is not there, or another tenant's, is unknown", async () => {
    const { id } = await producer.enqueue(LITE);
    for (const [of, which] of [
      [producer, "default_01kat5k3v8q2x7m4n9p0r1s2t3"],
      [producer.forTenant("shop"), id],
    ] as const) {
      const states = of.follow(which, stopping.signal);
      await expect(states.next()).rejects.toMatchObject({ code: "unknown_generation" });
    }
  });
});

it("an outage of Redis is waited out, and what came before and behind it is told", async () => {
  const server = await startPrivateRedis();
  const own = createProducer({ redis: server.url, lane });
  onTestFinished(() => own.close());
  const stream = await follow(undefined, own);
  const { id } = await own.enqueue(LITE);
  expect(idsOf(await take(stream, 1))).toEqual([`${id} queued`]);
  const next = take(stream, 1);
  await server.kill("SIGKILL");
  const again = await startPrivateRedis({ dir: server.dir, port: server.port });
  onTestFinished(() => again.stop());
  await expect.poll(() => own.cancel(id).catch(() => null), { timeout: 15_000 }).not.toBeNull();
  expect(idsOf(await next)).toEqual([`${id} canceled`]);
});
