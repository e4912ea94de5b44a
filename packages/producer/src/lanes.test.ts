import { EventEmitter } from "node:events";

import type { JournalConnection } from "@apidot-queue/journal";
import { expect, it } from "vitest";

import { ProducerLanes } from "./lanes.ts";

/** Nothing is asked of it. */
const main = Object.assign(new EventEmitter(), { status: "end" }) as unknown as JournalConnection;

it("keeps a lane, and forgets those that callers invent", () => {
  const lanes = new ProducerLanes({
    main,
    blocking: () => main,
    whenReached: () => Promise.resolve(),
    close: () => undefined,
  });
  const first = lanes.journal("lane-0");
  expect(lanes.journal("lane-0")).toBe(first);
  for (let n = 1; n < 100; n += 1) lanes.journal(`lane-${n}`);
  expect(lanes.journal("lane-0")).toBe(first);
  lanes.journal("lane-100");
  expect(lanes.journal("lane-0")).not.toBe(first);
});
