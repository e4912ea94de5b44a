import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import { jsonAnswer, problemAnswer } from "../../test/gateway-answers.ts";

const OPEN = {
  lane: "default",
  state: "open",
  reason: null,
  since: null,
  note: null,
  what_to_do: null,
  counts: { queued: 3, held: 0, running: 2 },
  redrivable: 0,
  unserved: false,
};
const HALTED = {
  ...OPEN,
  state: "halted",
  reason: "insufficient_credits",
  since: "2026-11-20T09:12:31.118Z",
  what_to_do: "Add credits.",
  redrivable: 16,
};

describe("lanes", () => {
  it("lists them, and says on the standard error what to do", async () => {
    const answers = [jsonAnswer(200, { data: [HALTED, { ...OPEN, lane: "other" }] })];
    const run = await runInProcess(["lanes"], { answers });
    expect(run.code).toBe(CODE.ok);
    expect(run.stdout).toMatch(/^default +halted +2026-11-20T09:12:31\.118Z .*credits/m);
    expect(run.stdout).toMatch(/^other +open/m);
    expect(run.stderr).toContain("default: Add credits.");
    expect(run.requests[0]?.url).toMatch(/\/v1\/lanes$/);
  });

  it("with --json passes the document on as it came", async () => {
    const run = await runInProcess(["lanes", "--json"], {
      answers: [jsonAnswer(200, { data: [OPEN] })],
    });
    expect(documentsOf(run)).toEqual([{ data: [OPEN] }]);
  });

  it("halt sends the reason", async () => {
    const args = ["lanes", "halt", "default", "--reason", "maintenance"];
    const run = await runInProcess(args, { answers: [jsonAnswer(200, HALTED)] });
    expect([run.code, run.stdout]).toEqual([CODE.ok, "default  halted\n"]);
    expect(run.requests).toMatchObject([{ method: "POST", body: { reason: "maintenance" } }]);
    expect(run.requests[0]?.url).toMatch(/\/v1\/lanes\/default\/halt$/);
  });

  it("resume with a redrive goes on until all are done", async () => {
    const answers = [
      jsonAnswer(202, { redriven: 10_000, cursor: "17", lane: OPEN }),
      jsonAnswer(200, { redriven: 5, cursor: null, lane: OPEN }),
    ];
    const run = await runInProcess(["lanes", "resume", "default", "--redrive"], { answers });
    expect([run.code, run.stdout]).toEqual([CODE.ok, "default  open, 10005 sent again\n"]);
    expect(run.requests.map(({ body }) => body)).toEqual([
      { redrive: true },
      { redrive: true, cursor: "17" },
    ]);
  });

  it("resume without one says what is left", async () => {
    const lane = { ...OPEN, redrivable: 16 };
    const answers = [jsonAnswer(200, { redriven: 0, cursor: null, lane })];
    const run = await runInProcess(["lanes", "resume", "default"], { answers });
    expect([run.code, run.stdout]).toEqual([CODE.ok, "default  open\n"]);
    expect(run.stderr).toContain("16 failed for key or credits");
  });

  it("a lane that is not there has its own class", async () => {
    const answers = [problemAnswer(404, "not_found")];
    const run = await runInProcess(["lanes", "resume", "elsewhere"], { answers });
    expect(run.code).toBe(CODE.notFound);
    expect(run.stderr).toContain("no lane elsewhere");
  });

  it.each([
    ["an unknown action", ["lanes", "stop", "default"]],
    ["no lane", ["lanes", "resume"]],
    ["a halt without a reason", ["lanes", "halt", "default"]],
    ["a reason without a halt", ["lanes", "--reason", "why"]],
    ["a redrive without a resume", ["lanes", "halt", "default", "--redrive"]],
  ])("%s is a mistake of the command line", async (_, args) => {
    const run = await runInProcess(args);
    expect([run.code, run.requests]).toEqual([CODE.usage, []]);
  });
});
