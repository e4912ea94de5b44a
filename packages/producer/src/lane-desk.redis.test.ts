import { type Journal, openJournal } from "@apidot-queue/journal";
import {
  buildNewGeneration,
  connectTestRedis,
  testRedisUrl,
  uniqueLane,
} from "@apidot-queue/testkit";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { openConnections } from "./connections.ts";
import { resumeLane } from "./lane-desk.ts";
import { ProducerLanes } from "./lanes.ts";
import { Link } from "./link.ts";
import { createProducer } from "./create-producer.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

async function deny(journal: Journal, count: number): Promise<void> {
  const generations = Array.from({ length: count }, () => buildNewGeneration(journal.lane));
  await journal.enqueue(generations);
  const attempts = [];
  for (const { id } of generations) {
    const begun = await journal.begin(id, "f1", {
      sendWithinMs: 2_000,
      answerWithinMs: 50_000,
      submitDeadlineMs: 0,
      policy: "resubmit",
    });
    if (begun.kind !== "begun") throw new Error("not begun");
    attempts.push(begun.attempt);
  }
  const rules = { policy: "fail", firstProbeMs: null, keyDigest: "" } as const;
  for (const attempt of attempts) await journal.deny(attempt, "insufficient_credits", "", rules);
}

/** @param meanwhile - what somebody else does once the first part is redriven */
function desk(lane: string, meanwhile?: () => Promise<void>) {
  const connections = openConnections(testRedisUrl());
  const lanes = new ProducerLanes(connections);
  if (meanwhile !== undefined) {
    const journal = lanes.journal(lane);
    const redrive: Journal["redrive"] = async (until, limit) => {
      const redriven = await journal.redrive(until, limit);
      await meanwhile();
      return redriven;
    };
    lanes.journal = () => ({ ...journal, redrive });
  }
  const link = new Link(connections.main);
  onTestFinished(async () => {
    link.close();
    await lanes.close();
    connections.close();
  });
  const limits = { most: 25, batch: 10 };
  return async (cursor?: string) => {
    await connections.whenReached();
    const call = link.begin(null);
    const request = { redrive: true, cursor };
    return resumeLane(lane, request, call, lanes, limits).finally(() => call.end());
  };
}

it("more than one call takes goes on by a cursor, and what failed since is not meant", async () => {
  const journal = openJournal(redis, uniqueLane());
  await deny(journal, 60);
  const resume = desk(journal.lane);
  const first = await resume();
  expect(first.redrivenCount).toBe(25);
  expect(first.lane.halt).toBeNull();
  await deny(journal, 3);
  const second = await resume(first.nextCursor ?? "");
  const third = await resume(second.nextCursor ?? "");
  expect([second.redrivenCount, third.redrivenCount, third.nextCursor]).toEqual([25, 10, null]);
  expect((await journal.laneState()).redrivableCount).toBe(3);
});

it("what goes on by a cursor does not open a lane that was halted since", async () => {
  const journal = openJournal(redis, uniqueLane());
  await journal.serveLane("submit", { baseUrl: "http://emulator", keyDigest: "k" }, true);
  await deny(journal, 30);
  const resume = desk(journal.lane);
  const first = await resume();
  await journal.haltLane("stop, that was the wrong lane");
  await journal.serveLane("submit", { baseUrl: "https://api.example", keyDigest: "k" }, true);
  const second = await resume(first.nextCursor ?? "");
  expect(second).toMatchObject({ redrivenCount: 5, nextCursor: null });
  expect(second.lane).toMatchObject({
    halt: { reason: "base_url_changed" },
    baseUrl: "http://emulator",
  });
});

it("a halt that somebody makes while a redrive is under way stays", async () => {
  const journal = openJournal(redis, uniqueLane());
  await deny(journal, 30);
  const resume = desk(journal.lane, () => journal.haltLane("stop, the prompts are wrong"));
  const { lane, redrivenCount } = await resume();
  expect(redrivenCount).toBe(25);
  expect(lane.halt).toMatchObject({ reason: "by_hand", words: "stop, the prompts are wrong" });
  expect((await desk(journal.lane)()).lane.halt).toBeNull();
});

it("an explanation says that the lane is halted, and what opens it", async () => {
  const lane = uniqueLane();
  const producer = createProducer({ redis: testRedisUrl(), lane });
  onTestFinished(() => producer.close());
  const { id } = await producer.enqueue({ model: "veo3.1-lite", input: { prompt: "a boat" } });
  await producer.haltLane(lane, "maintenance");
  const { awaited, actions } = await producer.explain(id);
  expect(awaited).toMatchObject({ what: "The lane is halted by a person.", by: "lane" });
  expect(actions.map(({ command }) => command)).toContain(`apidot-queue lanes resume ${lane}`);
});

it("a producer lists its lane, halts it with a reason, and resumes it", async () => {
  const lane = uniqueLane();
  const producer = createProducer({ redis: testRedisUrl(), lane });
  onTestFinished(() => producer.close());
  await expect(producer.haltLane(lane, " ")).rejects.toMatchObject({ code: "invalid_request" });
  await producer.haltLane(lane, "maintenance");
  const [own] = (await producer.lanes()).filter((one) => one.lane === lane);
  expect(own?.halt).toMatchObject({ reason: "by_hand", words: "maintenance" });
  await expect(producer.resumeLane(lane, { cursor: "1" })).rejects.toMatchObject({
    code: "invalid_request",
  });
  expect(await producer.resumeLane(lane)).toMatchObject({
    redrivenCount: 0,
    nextCursor: null,
    lane: { halt: null },
  });
});
