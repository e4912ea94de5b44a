import { openJournal } from "@apidot-queue/journal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  FAST,
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
const UNKNOWN = "default_01kat5k3v8q2x7m4n9p0r1s2t3";

let under: GatewayUnderTest;
beforeEach(async () => (under = await startGatewayUnderTest()));
afterEach(() => under.stop());

async function enqueue(body: object = LITE): Promise<string> {
  const { json } = await under.post("/v1/generations", body);
  return json["id"] as string;
}

async function held(body: object = LITE): Promise<string> {
  const id = await enqueue(body);
  const journal = openJournal(under.redis, under.lane);
  const begun = await journal.begin(id, "f1", LIMITS);
  if (begun.kind !== "begun") throw new Error("not begun");
  await journal.unconfirm(begun.attempt, "answer_lost", 0);
  await journal.endGrace(id, "hold", 3);
  return id;
}

const path = (id: string, call: string): string => `/v1/generations/${id}/${call}`;

describe("resolve", () => {
  it("answers with the record, and warns of what may be paid once more", async () => {
    const id = await held();
    const body = { action: "resubmit", reason: "the upstream lost it" };
    const { status, json } = await under.post(path(id, "resolve"), body);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      generation: { id, status: "queued" },
      may_be_paid: 1,
      warning: "One submit may have been paid already; it was sent again all the same.",
    });
  });

  it("does not warn where nothing is sent again", async () => {
    const [first, second] = [await held(), await held()];
    const attach = { action: "attach", task_id: "task-1", attempt: 1, reason: "found" };
    const attached = await under.post(path(first, "resolve"), attach);
    expect(attached.json).toMatchObject({
      generation: { status: "running", task: { id: "task-1" } },
      warning: null,
    });
    const abandoned = await under.post(path(second, "resolve"), { action: "abandon", reason: "x" });
    expect(abandoned.json).toMatchObject({
      generation: { status: "failed", error: { code: "abandoned" } },
      may_be_paid: 1,
      warning: null,
    });
  });

  it("refuses what does not wait for a decision, and a task of another generation", async () => {
    const [first, second, queued] = [await held(), await held(), await enqueue()];
    const attach = { action: "attach", task_id: "task-1", reason: "found" };
    await under.post(path(first, "resolve"), attach);
    const taken = await under.post(path(second, "resolve"), attach);
    expect([taken.status, taken.json["code"]]).toEqual([409, "task_taken"]);
    const again = await under.post(path(first, "resolve"), attach);
    expect(again.json).toMatchObject({
      status: 409,
      code: "not_held",
      detail: "It is running: there is nothing to decide.",
    });
    const early = await under.post(path(queued, "resolve"), { action: "abandon", reason: "x" });
    expect([early.status, early.json["code"]]).toEqual([409, "not_held"]);
    const unknown = await under.post(path(UNKNOWN, "resolve"), { action: "abandon", reason: "x" });
    expect(unknown.status).toBe(404);
  });

  it("names every mistake of a decision, also of an attempt that nobody doubts", async () => {
    const id = await held();
    const wrong = await under.post(path(id, "resolve"), { action: "atach", why: "x" });
    expect(wrong.status).toBe(400);
    expect(mistakesOf(wrong)).toEqual([
      "/action invalid_value",
      "/reason required",
      "/why unknown_field",
    ]);
    const attach = { action: "attach", task_id: "task-1", attempt: 9, reason: "found" };
    const attempt = await under.post(path(id, "resolve"), attach);
    expect(mistakesOf(attempt)).toEqual(["/attempt invalid_value"]);
  });

  it("never logs the reason", async () => {
    const id = await held();
    await under.post(path(id, "resolve"), { action: "abandon", reason: "reason-canary" });
    await under.post(path(id, "resolve"), { action: "abandon", reason: "reason-canary" });
    expect(under.logLines.join("")).not.toContain("reason-canary");
    const explained = await under.call(path(id, "explain"));
    expect(explained.text).toContain("reason-canary");
  });
});

describe("resolve for a whole lane", () => {
  it("decides on all that are held, in batches", async () => {
    const ids = [await held(), await held(), await held()];
    const lane = `/v1/lanes/${under.lane}/resolve`;
    const body = { action: "resubmit", reason: "all again", limit: 2 };
    const first = await under.post(lane, body);
    expect(first.json).toEqual({
      resolved: 2,
      remaining: 1,
      may_be_paid: 2,
      warning: "2 submits may have been paid already; it was sent again all the same.",
    });
    const rest = await under.post(lane, { action: "abandon", reason: "enough" });
    expect(rest.json).toEqual({ resolved: 1, remaining: 0, may_be_paid: 0, warning: null });
    for (const id of ids) {
      const { json } = await under.call(`/v1/generations/${id}`);
      expect(["queued", "failed"]).toContain(json["status"]);
    }
  });

  it("is not there for a lane that nobody works, and takes no attach", async () => {
    const body = { action: "abandon", reason: "x" };
    expect((await under.post("/v1/lanes/nobody/resolve", body)).status).toBe(404);
    const attach = { action: "attach", task_id: "task-1", reason: "x" };
    const wrong = await under.post(`/v1/lanes/${under.lane}/resolve`, attach);
    expect(mistakesOf(wrong)).toEqual(["/action invalid_value", "/task_id unknown_field"]);
  });
});

describe("retry", () => {
  it("makes one new generation however often one key is sent", async () => {
    const id = await enqueue({ ...FAST, user_id: "user-7" });
    await under.post(path(id, "cancel"), {});
    const headers = { "idempotency-key": "click" };
    const answers = [
      await under.post(path(id, "retry"), {}, headers),
      await under.call(path(id, "retry"), { method: "POST", headers }),
    ];
    const [first, again] = answers.map(({ status, json }) => [status, json["id"]]);
    expect(first).toEqual(again);
    expect(answers[0]!.json).toMatchObject({
      status: "queued",
      retry_of: id,
      user_id: "user-7",
      ...FAST,
    });
    expect(answers[0]!.headers.get("location")).toBe(`/v1/generations/${String(first![1])}`);
    expect(await under.storedCount()).toBe(2);
  });

  it("of one that goes on is refused with what to do instead", async () => {
    const id = await held();
    const { status, json } = await under.post(path(id, "retry"), {});
    expect(status).toBe(409);
    expect(json).toMatchObject({
      code: "not_retryable",
      detail: "It is held: a person must decide; resolve it with resubmit to send it again.",
    });
    expect(await under.storedCount()).toBe(1);
  });

  it("with a key of another request is a 422", async () => {
    const headers = { "idempotency-key": "order-1" };
    const { json } = await under.post("/v1/generations", LITE, headers);
    const id = json["id"] as string;
    await under.post(path(id, "cancel"), {});
    const refused = await under.post(path(id, "retry"), {}, headers);
    expect([refused.status, refused.json["code"]]).toEqual([422, "idempotency_key_reused"]);
  });
});

describe("explain", () => {
  const CANARIES = { prompt: "prompt-canary", image: "https://canary.example/first.png" };
  const REQUEST = {
    model: "veo3.1-fast",
    input: { prompt: CANARIES.prompt, generate_type: "frame", image_urls: [CANARIES.image] },
    user_id: "user-canary",
    metadata: { note: "metadata-canary" },
    notify_url: "https://canary.example/notify",
  };

  it("is JSON, and words for whoever asks for text alone", async () => {
    const id = await held(REQUEST);
    const json = await under.call(path(id, "explain"));
    expect(json.json).toMatchObject({ id, status: "held", awaited: { by: "person" } });
    const both = { headers: { accept: "text/plain, application/json;q=0.5" } };
    expect((await under.call(path(id, "explain"), both)).json).toMatchObject({ id });
    const words = await under.call(path(id, "explain"), { headers: { accept: "text/plain" } });
    expect(words.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(words.text).toMatch(new RegExp(`^${id}  held\n`));
    for (const { text } of [json, words]) expect(text).not.toContain("canary");
  });

  it("tells nothing of the request or the options, whatever became of it", async () => {
    const journal = openJournal(under.redis, under.lane);
    const id = await enqueue(REQUEST);
    const begun = await journal.begin(id, "f1", LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    await journal.accept(begun.attempt, "task-1", { deadlineMs: 60_000, firstPollMs: 0 });
    const [poll] = (await journal.claimPolls(1, 1_000)).polls;
    const files = [{ url: "https://files.example/canary.mp4", type: "video" }];
    await journal.settle(poll!, { event: "finished", files });
    const { text, json } = await under.call(path(id, "explain"));
    expect(json["status"]).toBe("succeeded");
    expect(text).not.toContain("canary");
  });

  it("of an id that nobody knows is not there", async () => {
    expect((await under.call(path(UNKNOWN, "explain"))).status).toBe(404);
    expect((await under.call(path("x", "explain"))).status).toBe(404);
  });
});
