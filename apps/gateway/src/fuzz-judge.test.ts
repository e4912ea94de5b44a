import { describe, expect, it } from "vitest";

import { type FuzzAnswer, unexplained } from "../test/fuzz/answer-judge.ts";
import { RECORD_EXAMPLES } from "./calls/record-examples.ts";
import { problem } from "./problem.ts";

const HEADERS = { "x-request-id": "r-1", "content-type": "application/json" };
const ID = "/v1/generations/default_01kat5k3v8q2x7m4n9p0r1s2t3";

function judge(
  method: string,
  target: string,
  {
    status = 200,
    headers = {},
    text,
  }: { status?: number; headers?: Readonly<Record<string, string>>; text: string },
): string | null {
  const all = Object.entries<string>({ ...HEADERS, ...headers });
  return unexplained({ method, target, way: "app" }, { status, headers: new Headers(all), text });
}

async function judgeProblem(
  method: string,
  target: string,
  code: Parameters<typeof problem>[0],
  more: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  const answer = problem(code, { headers: { "x-request-id": "r-1", ...more } });
  const { status, headers } = answer;
  const got: FuzzAnswer = { status, headers, text: await answer.text() };
  return unexplained({ method, target, way: "app" }, got);
}

const record = JSON.stringify(RECORD_EXAMPLES.queued);

describe("the judge of the fuzzer", () => {
  it("takes what the document says", async () => {
    expect(judge("GET", ID, { text: record })).toBeNull();
    expect(judge("HEAD", ID, { text: "" })).toBeNull();
    expect(await judgeProblem("GET", ID, "not_found")).toBeNull();
    expect(await judgeProblem("GET", "/nowhere", "not_found")).toBeNull();
    expect(await judgeProblem("PUT", ID, "method_not_allowed", { allow: "GET" })).toBeNull();
  });

  it("takes a path for what it may be read as", async () => {
    expect(judge("GET", "/v1/%6dodels/../generations/x", { text: record })).toBeNull();
    expect(await judgeProblem("POST", "/v1/generations/./cancel", "not_found")).toBeNull();
  });

  it.each([
    ["a 500", { status: 500, text: "{}" }],
    ["a status that is not documented: 418", { status: 418, text: "{}" }],
    [
      "an undocumented content-type: text/plain",
      { headers: { "content-type": "text/plain" }, text: "x" },
    ],
    ["an undocumented retry-after", { headers: { "retry-after": "1" }, text: record }],
    ["no X-Request-Id", { headers: { "x-request-id": "\u00e9" }, text: record }],
    ["a body that is no JSON", { text: "{" }],
  ])("finds %s", (what, answer) => {
    expect(judge("GET", ID, answer)).toBe(what);
  });

  it("finds a body that does not fit, in a member and in its format", () => {
    const broken = (change: object) =>
      judge("GET", ID, { text: JSON.stringify({ ...RECORD_EXAMPLES.queued, ...change }) });
    expect(broken({ status: "lost" })).toMatch(/^a body that does not fit: .*status/);
    expect(broken({ created_at: "yesterday" })).toMatch(/does not fit: .*created_at/);
    expect(judge("HEAD", ID, { text: record })).toBe("a body behind HEAD");
  });

  it("finds a problem that a call does not have, and one that no refusal has", async () => {
    expect(await judgeProblem("GET", ID, "unsupported_media_type")).toMatch(/not documented: 415/);
    expect(await judgeProblem("GET", ID, "not_held")).toMatch(/not documented: 409/);
    expect(await judgeProblem("GET", "/nowhere", "invalid_json")).toMatch(/unexpected code/);
    expect(await judgeProblem("PUT", ID, "method_not_allowed")).toBe("a 405 without Allow");
    expect(judge("GET", "/nowhere", { text: "{}" })).toBe("a 200 where there is no call");
  });
});
