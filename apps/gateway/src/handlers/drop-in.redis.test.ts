import { lanePrefix, openJournal } from "@apidot-queue/journal";
import { buildNewGeneration } from "@apidot-queue/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";

import {
  type GatewayUnderTest,
  LITE,
  startGatewayUnderTest,
} from "../../test/gateway-under-test.ts";

let under: GatewayUnderTest;
beforeEach(async () => {
  under = await startGatewayUnderTest();
});
afterEach(() => under.stop());

const submit = (body: unknown = LITE) =>
  under.post("/api/generate/submit", body, { authorization: "Bearer any" });

/** A submit was refused for the credits of the lane. */
async function runOutOfCredits(): Promise<void> {
  const journal = openJournal(under.redis, under.lane);
  const { id } = buildNewGeneration(under.lane);
  await journal.enqueue([{ ...buildNewGeneration(under.lane), id }]);
  const begun = await journal.begin(id, "f1", {
    sendWithinMs: 2_000,
    answerWithinMs: 50_000,
    submitDeadlineMs: 0,
    policy: "resubmit",
  });
  if (begun.kind !== "begun") throw new Error("not begun");
  const rules = { policy: "fail", firstProbeMs: 60_000, keyDigest: "" } as const;
  await journal.deny(begun.attempt, "insufficient_credits", "", rules);
}

it("lets one submit find out whether credits are back, where nothing waits that could", async () => {
  await runOutOfCredits();
  expect((await submit()).status).toBe(402);
  expect(await under.storedCount()).toBe(1);
  // The time of the probe has come.
  await under.redis.hset(`${lanePrefix(under.lane)}:lane`, "np", "1");
  expect((await submit()).status).toBe(200);
  expect((await submit()).status).toBe(402);
  expect(await under.storedCount()).toBe(2);
});

it("gives the task of a key that made one, though the lane is halted since", async () => {
  const headers = { authorization: "Bearer any", "idempotency-key": under.lane };
  const first = await under.post("/api/generate/submit", LITE, headers);
  await runOutOfCredits();
  const again = await under.post("/api/generate/submit", LITE, headers);
  expect([again.status, again.json["data"]]).toEqual([200, first.json["data"]]);
  const other = { ...headers, "idempotency-key": `${under.lane}-2` };
  expect((await under.post("/api/generate/submit", LITE, other)).status).toBe(402);
});

it("answers whatever is wrong in the upstream's form, with the headers that belong to it", async () => {
  const halfway = { method: "POST", headers: { authorization: "Bearer any" }, body: "{}" };
  const cases: readonly (readonly [string, RequestInit, number])[] = [
    ["/api/generate/submit", halfway, 415],
    ["/api/generate/submit", { method: "GET" }, 405],
    ["/api/generate/status/x", { method: "POST" }, 405],
    ["/api/generate/status/x", { headers: { authorization: "Bearer any" } }, 404],
    ["/api/generate/status/x?verbose=1", { headers: { authorization: "Bearer any" } }, 400],
    ["/api/generate/status/x", {}, 401],
    ["/api/elsewhere", {}, 404],
  ];
  for (const [path, init, status] of cases) {
    const response = await fetch(`${under.gateway.url}${path}`, init);
    expect([path, response.status]).toEqual([path, status]);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-request-id")).not.toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.has("allow")).toBe(status === 405);
    expect(response.headers.has("www-authenticate")).toBe(status === 401);
    expect(await response.json()).toEqual({
      code: status,
      error: { message: expect.any(String) as string, type: expect.any(String) as string },
    });
  }
});

it("a body that is too large, or none, is refused in the upstream's form", async () => {
  for (const [body, status] of [
    ["", 400],
    ["{", 400],
    [`{"model":"${"x".repeat(262_144)}"}`, 413],
  ] as const) {
    const { status: got, json } = await submit(body);
    expect([got, json["code"]]).toEqual([status, status]);
  }
});

it("the key of another request is refused, and tells whose it is", async () => {
  const headers = { authorization: "Bearer any", "idempotency-key": under.lane };
  const first = await under.post("/api/generate/submit", LITE, headers);
  const { task_id: id } = first.json["data"] as { task_id: string };
  const other = { ...LITE, input: { prompt: "another boat" } };
  const second = await under.post("/api/generate/submit", other, headers);
  expect(second.status).toBe(422);
  expect(second.headers.get("location")).toBe(`/v1/generations/${id}`);
});
