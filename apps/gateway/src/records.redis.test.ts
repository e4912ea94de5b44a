import { openJournal } from "@apidot-queue/journal";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type GatewayUnderTest, LITE, startGatewayUnderTest } from "../test/gateway-under-test.ts";
import { STATUSES } from "@apidot-queue/core";

import { RECORD_EXAMPLES } from "./calls/record-examples.ts";
import { recordSchema } from "./schemas/record-schema.ts";

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};

let under: GatewayUnderTest;
beforeEach(async () => (under = await startGatewayUnderTest()));
afterEach(() => under.stop());

describe("the record of each status", () => {
  const FILES = [{ url: "https://files.example/video.mp4", type: "video" }];
  const TIMES = { deadlineMs: 3_600_000, firstPollMs: 0 };

  async function drive(status: string): Promise<Record<string, unknown>> {
    const journal = openJournal(under.redis, under.lane);
    const { json } = await under.post("/v1/generations", {
      ...LITE,
      user_id: "user-7",
      metadata: { order: 1042 },
    });
    const id = json["id"] as string;
    const attempt = async () => {
      const begun = await journal.begin(id, "0a1b2c3d", LIMITS);
      if (begun.kind !== "begun") throw new Error("not begun");
      return begun.attempt;
    };
    const claim = async () => (await journal.claimPolls(1, 10_000)).polls[0]!;
    const accept = async () => journal.accept(await attempt(), `task-${id}`, TIMES);
    switch (status) {
      case "queued":
        break;
      case "submitting":
        await attempt();
        break;
      case "unconfirmed":
        await journal.unconfirm(await attempt(), "answer_lost", 60_000);
        break;
      case "held":
        await journal.unconfirm(await attempt(), "answer_lost", 0);
        await journal.endGrace(id, "hold", 3);
        break;
      case "running": {
        await accept();
        const facts = { pollCount: 3, errorCount: 0, doubt: null, progress: 42 };
        await journal.snoozePoll(await claim(), 5_000, facts);
        break;
      }
      case "succeeded":
        await accept();
        await journal.settle(await claim(), { event: "finished", files: FILES });
        break;
      case "failed":
        await journal.reject(await attempt(), "invalid_request", "veo3.1-lite refused the prompt");
        break;
      case "canceled":
        await journal.cancel(id);
        break;
    }
    return (await under.call(`/v1/generations/${id}`)).json;
  }

  /** What differs from run to run, made the same. */
  function normalised(value: unknown, key = ""): unknown {
    if (Array.isArray(value)) return value.map((item) => normalised(item));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, normalised(member, name)]),
      );
    }
    if (key === "lane") return "<lane>";
    if (typeof value !== "string") return value;
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return "<time>";
    return key === "id" ? "<id>" : value;
  }

  it.each(STATUSES)("%s is as its example in the docs and as its schema", async (status) => {
    const served = await drive(status);
    expect(served["status"]).toBe(status);
    const file = new URL(`../../../docs/records/${status}.json`, import.meta.url);
    const example = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    expect(Object.keys(served)).toEqual(Object.keys(example));
    expect(normalised(served)).toEqual(normalised(example));
    expect(recordSchema.strict().parse(served)).toEqual(served);
    expect(Object.keys(recordSchema.shape)).toEqual(Object.keys(served));
    expect(RECORD_EXAMPLES[status]).toEqual(example);
  });
});
