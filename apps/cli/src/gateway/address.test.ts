import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import { exampleRecord, jsonAnswer, problemAnswer } from "../../test/gateway-answers.ts";

const GET = ["get", exampleRecord("queued").id];
const ANSWERS = [jsonAnswer(200, exampleRecord("queued"))];

describe("where the gateway is looked for", () => {
  it.each([
    [{}, [], "http://127.0.0.1:8787"],
    [{ HOST: "::1", PORT: "9000" }, [], "http://[::1]:9000"],
    [{ PORT: "9000", APIDOT_QUEUE_URL: "https://q.example/base/" }, [], "https://q.example/base"],
    [
      { APIDOT_QUEUE_URL: "https://q.example" },
      ["--url", "http://localhost:1"],
      "http://localhost:1",
    ],
    // Of no interest once the address is given: on a client's machine they mean something else.
    [
      { HOST: "laptop", PORT: "x", APIDOT_QUEUE_URL: "http://localhost:2" },
      [],
      "http://localhost:2",
    ],
  ])("%o and %o", async (env, flags, origin) => {
    const { requests } = await runInProcess([...GET, ...flags], { env, answers: ANSWERS });
    expect(requests.map(({ url }) => url)).toEqual([`${origin}/v1/generations/${GET[1]}`]);
  });

  it.each([
    [{ PORT: "0" }, /^error: PORT: /],
    [{ APIDOT_QUEUE_URL: "ftp://x" }, /^error: APIDOT_QUEUE_URL: /],
    [{ APIDOT_QUEUE_ULR: "http://localhost:1" }, /APIDOT_QUEUE_ULR: .*APIDOT_QUEUE_URL/],
    [{ APIDOT_QUEUE_TOKEN: "two words" }, /^error: APIDOT_QUEUE_TOKEN: /],
    [{ APIDOT_QUEUE_TOKEN_FILE: "none" }, /^error: APIDOT_QUEUE_TOKEN_FILE: .*ENOENT/],
  ])("a wrong environment is named: %o", async (env, line) => {
    const run = await runInProcess(GET, { env, answers: ANSWERS });
    expect([run.code, run.requests]).toEqual([CODE.configuration, []]);
    expect(run.stderr).toMatch(line);
  });

  it("every mistake of the environment has its line", async () => {
    const env = { APIDOT_QUEUE_TOKEN: "two words", ALLOW_UNKNOWN_MODELS: "yes" };
    const run = await runInProcess([...GET, "--json"], { env });
    expect(run.stderr).toMatch(/^ {2}APIDOT_QUEUE_TOKEN: .*\n {2}ALLOW_UNKNOWN_MODELS: /m);
    expect(documentsOf(run)).toMatchObject([{ error: { errors: [{}, {}] } }]);
  });
});

describe("the token", () => {
  const TOKEN = "team:secret-of-the-team";

  it.each([
    [{ APIDOT_QUEUE_TOKEN: TOKEN }, {}],
    [{ APIDOT_QUEUE_TOKEN_FILE: "token" }, { token: `${TOKEN}\n` }],
  ])("goes along as bearer and is never shown: %o", async (env, files) => {
    const answers = [problemAnswer(401, "unauthorized")];
    const { requests, stdout, stderr } = await runInProcess(GET, { env, files, answers });
    expect(requests[0]?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
    expect(stdout + stderr).not.toContain("secret");
  });

  it("is not sent at all when none is set", async () => {
    const { requests } = await runInProcess(GET, { answers: ANSWERS });
    expect(requests[0]?.headers.has("authorization")).toBe(false);
  });
});
