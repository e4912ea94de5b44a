import type { NewGeneration, Stored } from "@apidot-queue/journal";
import { buildNewGeneration } from "@apidot-queue/testkit";
import { expect, it } from "vitest";

import { GroupCommit } from "./group-commit.ts";

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

const storedAs = ({ id }: NewGeneration, createdAt: number): Stored => ({
  id,
  isNew: true,
  createdAt,
  wake: 1,
});

/** Stores whose end the test decides. */
function setup() {
  const groups: { ids: string[]; end: () => void; fail: (error: Error) => void }[] = [];
  const commit = new GroupCommit(
    (group) =>
      new Promise((resolve, reject) => {
        const end = () => resolve(group.map((one, at) => storedAs(one, at)));
        groups.push({ ids: group.map(({ id }) => id), end, fail: reject });
      }),
  );
  const generation = (name: string, lane = "a") =>
    buildNewGeneration(lane, { id: `${lane}_${name.padStart(26, "0")}` });
  return { groups, commit, generation };
}

it("stores what comes within one turn together, and gives each its own result", async () => {
  const { groups, commit, generation } = setup();
  const all = ["1", "2", "3"].map((name) => commit.store(generation(name)));
  await turnOfTheLoop();
  expect(groups.map(({ ids }) => ids.length)).toEqual([3]);
  groups[0]?.end();
  const stored = await Promise.all(all);
  expect(stored.map(({ id, createdAt }) => [id.at(-1), createdAt])).toEqual([
    ["1", 0],
    ["2", 1],
    ["3", 2],
  ]);
});

it("keeps nobody waiting for a group that is under way", async () => {
  const { groups, commit, generation } = setup();
  const first = commit.store(generation("1"));
  await turnOfTheLoop();
  const second = commit.store(generation("2"));
  await turnOfTheLoop();
  groups[1]?.end();
  expect((await second).id).toBe(generation("2").id);
  groups[0]?.end();
  expect((await first).id).toBe(generation("1").id);
});

it("makes a group of one lane, and of 32 at most", async () => {
  const { groups, commit, generation } = setup();
  for (let index = 0; index < 70; index += 1) void commit.store(generation(String(index)));
  void commit.store(generation("1", "b"));
  await turnOfTheLoop();
  const lanesOf = ({ ids }: { ids: string[] }) => [...new Set(ids.map((id) => id.split("_")[0]))];
  expect(groups.map((group) => [group.ids.length, ...lanesOf(group)])).toEqual([
    [32, "a"],
    [32, "a"],
    [6, "a"],
    [1, "b"],
  ]);
});

it("fails each of a group that fails, and none of another", async () => {
  const { groups, commit, generation } = setup();
  const [one, two, other] = [generation("1"), generation("2"), generation("1", "b")].map((own) =>
    commit.store(own).then(
      () => "stored",
      (error: Error) => error.message,
    ),
  );
  await turnOfTheLoop();
  groups[0]?.fail(new Error("no answer"));
  groups[1]?.end();
  expect([await one, await two, await other]).toEqual(["no answer", "no answer", "stored"]);
});
