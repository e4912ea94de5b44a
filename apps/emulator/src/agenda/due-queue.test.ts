import * as fc from "fast-check";
import { expect, it } from "vitest";
import { DueQueue } from "./due-queue.ts";

it("gives out items by their time, then by the order of their arrival, and none before its time", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(25), (times, nowMs) => {
      const queue = new DueQueue<{ atMs: number; order: number }>();
      const items = times.map((atMs, order) => ({ atMs, order }));
      for (const item of items) queue.add(item.atMs, item);

      const taken = [];
      for (let [next] = queue.takeDue(nowMs); next; [next] = queue.takeDue(nowMs)) taken.push(next);

      const sorted = items.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
      expect(taken).toEqual(sorted.filter(({ atMs }) => atMs <= nowMs));
      expect(queue.nextAtMs).toBe(sorted[taken.length]?.atMs);
    }),
  );
});
