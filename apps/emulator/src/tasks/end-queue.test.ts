import * as fc from "fast-check";
import { expect, it } from "vitest";
import { EndQueue } from "./end-queue.ts";
import type { Task } from "./task.ts";

function task(ordinal: number, endsAtMs: number): Task {
  return {
    id: `task-${ordinal}`,
    ordinal,
    key: "k",
    model: "m",
    promptSha256: undefined,
    callbackUrl: undefined,
    credits: 1,
    createdAtMs: 0,
    startsAtMs: 0,
    fullProgressAtMs: endsAtMs,
    endsAtMs,
    outcome: { status: "finished" },
    statusCallCount: 0,
  };
}

it("gives out tasks by their end, then by their order of acceptance, and none before its end", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(25), (ends, nowMs) => {
      const queue = new EndQueue();
      const tasks = ends.map((endsAtMs, ordinal) => task(ordinal, endsAtMs));
      for (const each of tasks) queue.add(each);

      const taken: Task[] = [];
      for (let next = queue.takeEnded(nowMs); next; next = queue.takeEnded(nowMs)) taken.push(next);

      const sorted = tasks.toSorted((a, b) => a.endsAtMs - b.endsAtMs || a.ordinal - b.ordinal);
      expect(taken).toEqual(sorted.filter(({ endsAtMs }) => endsAtMs <= nowMs));
      expect(queue.nextEndAtMs).toBe(sorted[taken.length]?.endsAtMs);
    }),
  );
});
