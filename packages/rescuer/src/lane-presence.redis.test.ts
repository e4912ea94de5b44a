import { openJournal } from "@apidot-queue/journal";
import { createLogger } from "@apidot-queue/runtime";
import { buildNewGeneration, connectTestRedis, uniqueLane } from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { startLanePresence } from "./lane-presence.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

function setup(lane = uniqueLane()) {
  const journal = openJournal(redis, lane);
  const lines: string[] = [];
  const logger = createLogger({
    app: "test",
    level: "info",
    destination: { write: (line: string) => void lines.push(line) },
  });
  const serve = (baseUrl: string, keyDigest: string, opened: () => void = () => undefined) => {
    const presence = startLanePresence({
      journal,
      worker: "submit",
      account: { baseUrl, keyDigest },
      logger,
      everyMs: 20,
      onOpened: () => Promise.resolve(opened()),
    });
    onTestFinished(() => presence.stop());
    return presence;
  };
  return { journal, lines, serve };
}

it("a worker is seen from its start on, again and again", async () => {
  const { journal, serve } = setup();
  await serve("http://a", "k1").isKnown;
  const first = (await journal.laneState()).submitWorkerSeenAt ?? 0;
  expect(first).toBeGreaterThan(0);
  const seenAgain = async () => ((await journal.laneState()).submitWorkerSeenAt ?? 0) > first;
  await expect.poll(seenAgain).toBe(true);
});

it("a second worker with another base URL halts the lane, and the log says so once", async () => {
  const { journal, lines, serve } = setup();
  await journal.enqueue([buildNewGeneration(journal.lane)]);
  await serve("http://a", "k1").isKnown;
  await serve("http://b", "k1").isKnown;
  expect((await journal.laneState()).state.halt?.reason).toBe("base_url_changed");
  expect(lines.filter((line) => line.includes('"lane halted"'))).toHaveLength(1);
});

it("a new key opens a lane whose key was refused, and its queue rests no longer", async () => {
  const { journal, lines, serve } = setup();
  await journal.refusePolls({
    code: "authentication_error",
    laneEpoch: 0,
    firstProbeMs: null,
    keyDigest: "k1",
    pollProbeMs: 60_000,
  });
  let opened = 0;
  await serve("http://a", "k1", () => (opened += 1)).isKnown;
  expect((await journal.laneState()).state.halt?.reason).toBe("authentication_error");
  await serve("http://a", "k2", () => (opened += 1)).isKnown;
  expect((await journal.laneState()).state).toMatchObject({ halt: null, epoch: 1 });
  expect(opened).toBe(1);
  expect(lines.join("")).toContain("lane resumed");
  expect(lines.join("")).not.toMatch(/k1|k2/);
});
