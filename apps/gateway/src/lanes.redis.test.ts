import { openJournal, type Journal } from "@apidot-queue/journal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  type GatewayUnderTest,
  LITE,
  mistakesOf,
  startGatewayUnderTest,
} from "../test/gateway-under-test.ts";

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "hold" as const,
};
const RULES = { policy: "fail", firstProbeMs: 60_000, keyDigest: "k1" } as const;

let under: GatewayUnderTest;
let journal: Journal;
beforeEach(async () => {
  under = await startGatewayUnderTest();
  journal = openJournal(under.redis, under.lane);
});
afterEach(() => under.stop());

const path = (call: string): string => `/v1/lanes/${under.lane}/${call}`;

/** One that was refused for credits: the lane halts. */
async function denied(): Promise<string> {
  const { json } = await under.post("/v1/generations", LITE);
  const id = json["id"] as string;
  const begun = await journal.begin(id, "f1", LIMITS);
  if (begun.kind !== "begun") throw new Error("not begun");
  await journal.deny(begun.attempt, "insufficient_credits", "", RULES);
  return id;
}

async function ownLane(): Promise<Record<string, unknown> | undefined> {
  const { json } = await under.call("/v1/lanes");
  const lanes = json["data"] as Record<string, unknown>[];
  return lanes.find(({ lane }) => lane === under.lane);
}

describe("GET /v1/lanes", () => {
  it("says that a lane is open, what is in it, and that nobody works it", async () => {
    await under.post("/v1/generations", LITE);
    expect(await ownLane()).toMatchObject({
      state: "open",
      reason: null,
      counts: { queued: 1, running: 0 },
      unserved: true,
      what_to_do: "Work waits and no worker for it has been seen for a minute: start one.",
    });
  });

  it("says why a lane is halted, since when, what to do, and when it is probed", async () => {
    await denied();
    const lane = await ownLane();
    expect(lane).toMatchObject({
      state: "halted",
      reason: "insufficient_credits",
      note: null,
      redrivable: 1,
    });
    expect(lane?.["what_to_do"]).toMatch(/^Add credits/);
    const since = new Date(String(lane?.["since"])).getTime();
    const probeAt = new Date(String(lane?.["next_probe_at"])).getTime();
    expect(probeAt - since).toBe(60_000);
  });
});

describe("halt", () => {
  it("needs a reason, halts, and takes requests as before", async () => {
    const wrong = await under.post(path("halt"), { until: "noon" });
    expect(wrong.status).toBe(400);
    expect(mistakesOf(wrong).toSorted()).toEqual(["/reason required", "/until unknown_field"]);
    const halted = await under.post(path("halt"), { reason: "maintenance" });
    expect(halted.json).toMatchObject({ state: "halted", reason: "by_hand", note: "maintenance" });
    expect((await under.post("/v1/generations", LITE)).status).toBe(202);
  });

  it("of a lane that the gateway does not work is not there", async () => {
    const body = { reason: "maintenance" };
    expect((await under.post("/v1/lanes/elsewhere/halt", body)).status).toBe(404);
    expect((await under.post("/v1/lanes/elsewhere/resume", {})).status).toBe(404);
  });
});

describe("resume", () => {
  it("opens the lane and redrives nothing by itself; repeated, it does no harm", async () => {
    const id = await denied();
    const answer = await under.call(path("resume"), { method: "POST" });
    expect(answer.json).toMatchObject({ redriven: 0, cursor: null, lane: { state: "open" } });
    expect((await under.post(path("resume"), {})).status).toBe(200);
    expect((await under.call(`/v1/generations/${id}`)).json).toMatchObject({ status: "failed" });
  });

  it("with redrive has queued them all by the time it answers", async () => {
    const id = await denied();
    const answer = await under.post(path("resume"), { redrive: true });
    expect([answer.status, answer.json]).toMatchObject([
      200,
      { redriven: 1, cursor: null, lane: { state: "open", redrivable: 0 } },
    ]);
    expect((await under.call(`/v1/generations/${id}`)).json).toMatchObject({
      status: "queued",
      settlement: 2,
      error: null,
    });
  });

  it("names what is wrong with it", async () => {
    const wrong = await under.post(path("resume"), { redrive: 1, cursor: "next" });
    expect(wrong.status).toBe(400);
    expect((await under.post(path("resume"), { cursor: "1" })).status).toBe(400);
  });
});

it("an enqueue into a Redis that is nearly full is a 503, and nothing is stored", async () => {
  const info = await under.redis.info("memory");
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  try {
    await under.redis.config("SET", "maxmemory", Math.floor(used * 1.05));
    const { status, json } = await under.post("/v1/generations", LITE);
    expect([status, json["code"]]).toEqual([503, "not_stored"]);
  } finally {
    await under.redis.config("SET", "maxmemory", 0);
  }
  expect(await under.storedCount()).toBe(0);
});
