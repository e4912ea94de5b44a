import { openJournal } from "@apidot-queue/journal";
import { type DiskWait, NO_DISK_WAIT } from "@apidot-queue/runtime";
import { buildNewGeneration, connectTestRedis, uniqueLane } from "@apidot-queue/testkit";
import { afterAll, expect, it } from "vitest";

import { openCallbackNotes } from "./callback-notes.ts";

const redis = connectTestRedis();
afterAll(() => redis.disconnect());

it("a callback that is repeated while the first one is not on disk is not on disk either", async () => {
  const journal = openJournal(redis, uniqueLane());
  const generation = buildNewGeneration(journal.lane);
  await journal.enqueue([generation]);
  let isOnDisk = false;
  const disk: DiskWait = {
    mark: () => 0,
    until: () => (isOnDisk ? Promise.resolve() : Promise.reject(new Error("not yet"))),
    close: () => undefined,
  };
  const note = openCallbackNotes(redis, disk);
  const subject = { id: generation.id, attempt: 1 };
  await expect(note(subject, "task-1")).rejects.toThrow("not yet");
  await expect(note(subject, "task-1")).rejects.toThrow("not yet");
  isOnDisk = true;
  expect(await note(subject, "task-1")).toBe("nothing");
  await expect(note({ ...subject, id: buildNewGeneration(journal.lane).id }, "t")).resolves.toBe(
    "unknown",
  );
});

it("a callback that is not kept, because others fill its place, is to be sent again", async () => {
  const journal = openJournal(redis, uniqueLane());
  const generation = buildNewGeneration(journal.lane);
  await journal.enqueue([generation]);
  const note = openCallbackNotes(redis, NO_DISK_WAIT);
  const subject = { id: generation.id, attempt: 1 };
  for (let n = 0; n < 16; n += 1) expect(await note(subject, `forged-${n}`)).toBe("candidate");
  await expect(note(subject, "task-1")).rejects.toThrow("too many tasks");
  expect(await note(subject, "forged-3")).toBe("nothing");
  const look = { id: generation.id, taskId: "forged-0" };
  await journal.confirm(look, { kind: "failed" }, 1_000, 1_000);
  expect(await note(subject, "task-1")).toBe("candidate");
});
