import { newGenerationId, type Status, STATUSES, ulidOf } from "@apidot-queue/core";
import { buildNewGeneration, connectTestRedis, uniqueLane } from "@apidot-queue/testkit";
import * as fc from "fast-check";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { NewGeneration } from "./enqueue.ts";
import { type Journal, openJournal, scriptsOfServerClock } from "./journal.ts";
import { accessLane } from "./lane-access.ts";
import { LIST_BOUNDS, LIST_POSITION, type ListBounds, type ListQuery, listStored } from "./list.ts";

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};

let redis: Redis;
let journal: Journal;

beforeEach(() => {
  redis = connectTestRedis();
  journal = openJournal(redis, uniqueLane());
});
afterEach(() => redis.disconnect());

async function add(
  count: number,
  overrides: Partial<NewGeneration> = {},
  to: Journal = journal,
): Promise<string[]> {
  const added = Array.from({ length: count }, () => buildNewGeneration(to.lane, overrides));
  await to.enqueue(added);
  return added.map(({ id }) => id);
}

function byUser(userId: string, tenant = "default"): Partial<NewGeneration> {
  const { options } = buildNewGeneration("default");
  return { options: { ...options, tenant, userId } };
}

const idsOf = (page: { generations: readonly { generation: { id: string } }[] }): string[] =>
  page.generations.map(({ generation }) => generation.id);

/** Reads to the end; `between` runs after each page. */
async function readAll(
  query: ListQuery,
  bounds: ListBounds = LIST_BOUNDS,
  between: (page: number) => Promise<unknown> = () => Promise.resolve(),
  of: Journal = journal,
): Promise<{ ids: string[]; sizes: number[] }> {
  const access = accessLane(redis, of.lane, scriptsOfServerClock());
  const ids: string[] = [];
  const sizes: number[] = [];
  let after: string | null = null;
  do {
    const page = await listStored(access, { ...query, after }, bounds);
    ids.push(...idsOf(page));
    sizes.push(page.generations.length);
    await between(sizes.length);
    after = page.next;
  } while (after !== null);
  return { ids, sizes };
}

describe("a list", () => {
  it("is newest first, in pages of the limit, and knows its end", async () => {
    const added = await add(7);
    const newestFirst = added.toReversed();
    const first = await journal.list({ limit: 3 });
    expect(idsOf(first)).toEqual(newestFirst.slice(0, 3));
    expect(first.next).toMatch(LIST_POSITION);
    expect(await readAll({ limit: 3 })).toEqual({ ids: newestFirst, sizes: [3, 3, 1] });
    expect((await journal.list({ limit: 7 })).next).toBeNull();
    expect(await journal.list({ limit: 8 })).toMatchObject({ next: null });
  });

  it("of a lane without generations is empty", async () => {
    expect(await journal.list({ limit: 5 })).toEqual({ generations: [], next: null });
  });

  it("gives the same records as reading them one by one", async () => {
    const [id = ""] = await add(1, byUser("u1"));
    const [failed = ""] = await add(1);
    const begun = await journal.begin(failed, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    await journal.reject(begun.attempt, "invalid_request", "refused");
    const { generations } = await journal.list({ limit: 5 });
    expect(generations).toEqual([await journal.get(failed), await journal.get(id)]);
  });

  it("is narrowed to statuses, a model, a user, and all of them together", async () => {
    const [plain = ""] = await add(1);
    const [fast = ""] = await add(1, { model: "veo3.1-fast" });
    const [mine = ""] = await add(1, byUser("u1"));
    const [gone = ""] = await add(1, { ...byUser("u1"), model: "veo3.1-fast" });
    await journal.cancel(gone);
    const list = async (query: Partial<ListQuery>) =>
      idsOf(await journal.list({ ...query, limit: 9 }));
    const user = { tenant: "default", userId: "u1" };
    expect(await list({ statuses: ["queued"] })).toEqual([mine, fast, plain]);
    expect(await list({ statuses: ["canceled", "failed"] })).toEqual([gone]);
    expect(await list({ statuses: STATUSES })).toEqual([gone, mine, fast, plain]);
    expect(await list({ model: "veo3.1-fast" })).toEqual([gone, fast]);
    expect(await list({ user })).toEqual([gone, mine]);
    expect(await list({ user, statuses: ["queued"] })).toEqual([mine]);
    expect(await list({ user, statuses: ["queued"], model: "veo3.1-fast" })).toEqual([]);
    expect(await list({ user: { ...user, tenant: "other" } })).toEqual([]);
    expect(await list({ user: { ...user, userId: "nobody" } })).toEqual([]);
  });

  it("keeps users apart whatever their names are made of", async () => {
    const [a = ""] = await add(1, byUser("b/c", "a"));
    const [b = ""] = await add(1, byUser("c", "a/b"));
    const of = async (tenant: string, userId: string) =>
      idsOf(await journal.list({ user: { tenant, userId }, limit: 9 }));
    expect([await of("a", "b/c"), await of("a/b", "c")]).toEqual([[a], [b]]);
  });

  it("keeps tenants apart, the default one too", async () => {
    const { options } = buildNewGeneration("default");
    const [ours = ""] = await add(1);
    const [shops = ""] = await add(1, { options: { ...options, tenant: "shop" } });
    const [mine = ""] = await add(1, byUser("u1"));
    const of = async (query: Partial<ListQuery>) =>
      idsOf(await journal.list({ ...query, limit: 9 }));
    expect(await of({})).toEqual([mine, shops, ours]);
    expect(await of({ tenant: "default" })).toEqual([mine, ours]);
    expect(await of({ tenant: "shop" })).toEqual([shops]);
    expect(await of({ tenant: "shop", statuses: ["held"] })).toEqual([]);
    expect(await of({ tenant: "nobody" })).toEqual([]);
    const user = { tenant: "default", userId: "u1" };
    expect(await of({ tenant: "default", user })).toEqual([mine]);
  });

  it("looks at a bounded number of entries, and goes on behind them", async () => {
    const [rare = ""] = await add(1, { model: "veo3.1-fast" });
    await add(25);
    const bounds = { ...LIST_BOUNDS, entriesPerScript: 5, scripts: 2 };
    const found = await readAll({ model: "veo3.1-fast", limit: 5 }, bounds);
    expect(found).toEqual({ ids: [rare], sizes: [0, 0, 1] });
  });

  it("ends a page when its requests are large", async () => {
    const large = { input: { prompt: "x".repeat(10_000) } };
    const added = await add(5, large);
    const found = await readAll({ limit: 5 }, { ...LIST_BOUNDS, bytes: 15_000 });
    expect(found).toEqual({ ids: added.toReversed(), sizes: [2, 2, 1] });
  });

  it("passes over an entry whose record is gone", async () => {
    const [first = "", second = "", third = ""] = await add(3);
    await redis.del(`{aq.${journal.lane}}:g:${ulidOf(second)}`);
    expect((await readAll({ limit: 1 })).ids).toEqual([third, first]);
  });

  it("neither repeats nor skips anything while generations are added", async () => {
    const status = fc.constantFrom<Status>("queued", "canceled");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ status, mine: fc.boolean() }), { maxLength: 24 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }),
        fc.option(status, { nil: undefined }),
        fc.boolean(),
        async (before, limit, entriesPerScript, addedBetween, wanted, onlyMine) => {
          const own = openJournal(redis, uniqueLane());
          const expected: string[] = [];
          for (const { status: of, mine } of before) {
            const [id = ""] = await add(1, mine ? byUser("me") : {}, own);
            if (of === "canceled") await own.cancel(id);
            const isWanted = (wanted ?? of) === of && (mine || !onlyMine);
            if (isWanted) expected.unshift(id);
          }
          const { ids } = await readAll(
            {
              limit,
              ...(wanted === undefined ? {} : { statuses: [wanted] }),
              ...(onlyMine ? { user: { tenant: "default", userId: "me" } } : {}),
            },
            { ...LIST_BOUNDS, entriesPerScript, scripts: 1 },
            (page) => add(addedBetween[page - 1] ?? 0, byUser("me"), own),
            own,
          );
          expect(ids).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("is in the order of arrival although ids were made in another", async () => {
    const older = newGenerationId(journal.lane, Date.now());
    const [newer = ""] = await add(1);
    await journal.enqueue([buildNewGeneration(journal.lane, { id: older })]);
    expect((await readAll({ limit: 5 })).ids).toEqual([older, newer]);
  });
});
