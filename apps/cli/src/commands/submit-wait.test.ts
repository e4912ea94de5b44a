import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import {
  exampleRecord,
  fetchFailure,
  jsonAnswer,
  problemAnswer,
} from "../../test/gateway-answers.ts";

const QUEUED = exampleRecord("queued");
const STORED = jsonAnswer(202, QUEUED);

describe("submit --wait", () => {
  const wait = ["submit", "veo3.1-lite", "x", "--wait"];
  const at = (...records: Parameters<typeof exampleRecord>[0][]): Response[] => [
    STORED,
    ...records.map((status) => jsonAnswer(200, exampleRecord(status))),
  ];

  it("prints plain lines beside, and the URL of the file as the only result", async () => {
    const run = await runInProcess(wait, {
      answers: at("queued", "running", "running", "succeeded"),
    });
    expect(run.code).toBe(CODE.ok);
    expect(run.stdout).toBe("https://files.example/video.mp4\n");
    const lines = run.stderr
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(QUEUED.id.length + 2));
    expect(lines).toEqual([
      "queued, about 20 credits by the catalog of 2026-06-14",
      "queued",
      "running  attempt 1  42 %",
      "succeeded  attempt 1",
    ]);
  });

  it.each([
    ["failed", CODE.unsuccessful],
    ["canceled", CODE.unsuccessful],
    ["held", CODE.held],
  ] as const)("ends with the class of its end: %s", async (status, code) => {
    const run = await runInProcess(wait, { answers: at(status) });
    expect([run.code, run.stdout]).toEqual([code, ""]);
  });

  it("with --json prints one document, the last record", async () => {
    const run = await runInProcess([...wait, "--json"], { answers: at("running", "failed") });
    expect(run.code).toBe(CODE.unsuccessful);
    expect(documentsOf(run)).toEqual([exampleRecord("failed")]);
  });

  it("that times out says that nothing is lost and how to go on", async () => {
    const run = await runInProcess([...wait, "--timeout", "10s", "--json"], {
      answers: at("running"),
    });
    expect(run.code).toBe(CODE.waitTimedOut);
    expect(run.pauses.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
    expect(run.stderr).toContain(`apidot-queue watch ${QUEUED.id}`);
    expect(documentsOf(run)).toEqual([exampleRecord("running")]);
  });

  it.each([
    ["a gateway that stays away", () => fetchFailure("ECONNREFUSED")],
    ["a refusal", () => problemAnswer(400, "invalid_request")],
    ["a host that is not let in", () => problemAnswer(403, "forbidden_host")],
    ["a page of somebody else", () => new Response("<html>", { status: 404 })],
  ])("that is cut off by %s never looks like a submit that failed", async (_, answer) => {
    const run = await runInProcess([...wait, "--json"], { answers: [STORED, answer()] });
    expect(run.code).toBe(CODE.waitTimedOut);
    expect(run.stderr).toContain(`${QUEUED.id} is stored and goes on`);
    expect(run.stderr).toContain(`apidot-queue watch ${QUEUED.id}`);
    expect(documentsOf(run)).toEqual([QUEUED]);
  });

  it.each([
    ["SIGINT", CODE.interrupted],
    ["SIGTERM", CODE.terminated],
  ] as const)("lets go at %s without canceling", async (name, code) => {
    const run = await runInProcess(wait, {
      answers: at("running"),
      onRequest: (count, signal) => void (count === 3 && signal(name)),
    });
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(`apidot-queue watch ${QUEUED.id}`);
    expect(run.requests.filter(({ url }) => url.endsWith("/cancel"))).toEqual([]);
  });
});
