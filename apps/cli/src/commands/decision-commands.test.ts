import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import {
  exampleRecord,
  fetchFailure,
  jsonAnswer,
  problemAnswer,
} from "../../test/gateway-answers.ts";

const QUEUED = exampleRecord("queued");
const ID = QUEUED.id;
const REASON = ["--reason", "the upstream lost it"];

const explained = (status: string, mayBePaid: number): Response =>
  jsonAnswer(200, { id: ID, status, money: { may_be_paid: mayBePaid }, steps: [] });

const resolved = (warning: string | null = null): Response =>
  jsonAnswer(200, { generation: QUEUED, may_be_paid: 1, warning });

describe("explain", () => {
  it("prints the words of the gateway, line by line and harmless to a terminal", async () => {
    const words = `${ID}  held\n\nMoney\n  \u001B[2Jone submit\n`;
    const headers = { "content-type": "text/plain; charset=UTF-8" };
    const answers = [new Response(words, { headers })];
    const run = await runInProcess(["explain", ID], { answers });
    expect([run.code, run.stdout]).toEqual([CODE.ok, `${ID}  held\n\nMoney\n  one submit\n`]);
    expect(run.requests[0]?.url).toMatch(new RegExp(`/v1/generations/${ID}/explain$`));
    expect(run.requests[0]?.headers.get("accept")).toMatch(/^text\/plain,/);
  });

  it("with --json passes the document on as it came", async () => {
    const run = await runInProcess(["explain", ID, "--json"], { answers: [explained("held", 2)] });
    expect(documentsOf(run)).toEqual([
      { id: ID, status: "held", money: { may_be_paid: 2 }, steps: [] },
    ]);
  });

  it.each([
    ["an id that is not there", [problemAnswer(404, "not_found")], CODE.notFound],
    ["a gateway that is away", [fetchFailure("ENOTFOUND")], CODE.unavailable],
    ["an address that is no gateway", [new Response("hello")], CODE.unavailable],
  ])("of %s has its own class", async (_, answers, code) => {
    expect((await runInProcess(["explain", ID], { answers })).code).toBe(code);
  });
});

describe("resolve", () => {
  it("attach sends the task and its attempt, without a question", async () => {
    const args = ["resolve", ID, "attach", "--task-id", "task-1", "--attempt", "2", ...REASON];
    const run = await runInProcess(args, { answers: [resolved()] });
    expect([run.code, run.stdout]).toEqual([CODE.ok, `${ID}  queued\n`]);
    expect(run.requests).toMatchObject([
      {
        method: "POST",
        body: {
          action: "attach",
          task_id: "task-1",
          attempt: 2,
          reason: "the upstream lost it",
        },
      },
    ]);
  });

  it("resubmit asks first, where something may have been paid", async () => {
    const world = { answers: [explained("held", 2), resolved("One submit may …")], reply: "yes" };
    const run = await runInProcess(["resolve", ID, "resubmit", ...REASON], world);
    expect(run.questions).toEqual([
      "2 submits of it may have been paid already. Send again all the same? [y/N] ",
    ]);
    expect([run.code, run.stderr]).toEqual([CODE.ok, "One submit may …\n"]);
    expect(run.requests[1]?.body).toEqual({ action: "resubmit", reason: "the upstream lost it" });
  });

  it.each(["", "n", "maybe"])(
    "resubmit that is answered with %j changes nothing",
    async (reply) => {
      const world = { answers: [explained("held", 1)], reply };
      const run = await runInProcess(["resolve", ID, "resubmit", ...REASON], world);
      expect(run.code).toBe(CODE.unsuccessful);
      expect(run.requests).toHaveLength(1);
    },
  );

  it("resubmit without a terminal wants --yes, and then asks nobody", async () => {
    const args = ["resolve", ID, "resubmit", ...REASON];
    const silent = await runInProcess(args, { answers: [explained("held", 1)] });
    expect(silent.code).toBe(CODE.usage);
    expect(silent.stderr).toContain("one submit of it may have been paid already");
    expect(silent.stderr).toContain("--yes");
    expect(silent.requests).toHaveLength(1);
    const sure = await runInProcess([...args, "--yes"], { answers: [resolved()] });
    expect([sure.code, sure.requests.length]).toEqual([CODE.ok, 1]);
  });

  it("resubmit asks nothing where nothing can have been paid, or nothing is held", async () => {
    const free = { answers: [explained("held", 0), resolved()] };
    const run = await runInProcess(["resolve", ID, "resubmit", ...REASON], free);
    expect([run.code, run.questions]).toEqual([CODE.ok, []]);
    const gone = { answers: [explained("queued", 1), problemAnswer(409, "not_held")] };
    const late = await runInProcess(["resolve", ID, "resubmit", ...REASON], gone);
    expect(late.code).toBe(CODE.invalid);
  });

  it("names every flag that is wrong or missing, and sends nothing", async () => {
    const run = await runInProcess(["resolve", ID, "abandon", "--attempt", "x", "--json"]);
    expect(run.code).toBe(CODE.usage);
    expect(run.stderr).toMatch(/--attempt: /);
    expect(run.stderr).toMatch(/--reason: is required/);
    expect(run.requests).toEqual([]);
  });

  it.each([
    ["no id", ["resolve", ...REASON]],
    ["no action", ["resolve", ID, ...REASON]],
    ["an unknown action", ["resolve", ID, "forget", ...REASON]],
    ["a lane without --all", ["resolve", "--lane", "default", "abandon", ...REASON]],
    ["--all without a lane", ["resolve", ID, "abandon", "--all", ...REASON]],
    ["an id beside a lane", ["resolve", "--lane", "default", "--all", ID, "abandon", ...REASON]],
    ["attach for a lane", ["resolve", "--lane", "default", "--all", "attach", ...REASON]],
  ])("%s is a mistake of the command line", async (_, args) => {
    const run = await runInProcess(args);
    expect([run.code, run.requests]).toEqual([CODE.usage, []]);
  });
});

describe("resolve --lane --all", () => {
  const args = ["resolve", "--lane", "default", "--all"];
  const done = (resolvedCount: number, remaining: number): Response =>
    jsonAnswer(200, { resolved: resolvedCount, remaining, may_be_paid: 3, warning: null });

  it("repeats until all that were held at first are decided on, and no longer", async () => {
    // Thirty are held again as soon as they were sent.
    const answers = [done(250, 80), done(80, 30)];
    const run = await runInProcess([...args, "resubmit", "--yes", "--json", ...REASON], {
      answers,
    });
    expect(run.code).toBe(CODE.ok);
    expect(run.requests.map(({ body }) => (body as { limit: number }).limit)).toEqual([250, 80]);
    expect(documentsOf(run)).toEqual([
      { lane: "default", action: "resubmit", resolved: 330, remaining: 30, may_be_paid: 6 },
    ]);
  });

  it("asks before it sends all of them again, not before it gives them up", async () => {
    const asked = await runInProcess([...args, "resubmit", ...REASON], { reply: "no" });
    expect([asked.code, asked.requests]).toEqual([CODE.unsuccessful, []]);
    expect(asked.questions[0]).toMatch(/^what default holds may have been paid already\./);
    const given = await runInProcess([...args, "abandon", ...REASON], { answers: [done(2, 0)] });
    expect([given.code, given.stdout]).toEqual([CODE.ok, "2 given up, 0 held\n"]);
  });

  it("says how far it came before the gateway went away, and which lane is not there", async () => {
    const answers = [done(250, 80), fetchFailure("ECONNRESET")];
    const run = await runInProcess([...args, "abandon", ...REASON], { answers });
    expect(run.code).toBe(CODE.unknown);
    expect(run.stderr).toContain("250 were decided on before this");
    const none = await runInProcess([...args, "abandon", ...REASON], {
      answers: [problemAnswer(404, "not_found")],
    });
    expect([none.code, none.stderr]).toEqual([
      CODE.notFound,
      "error: the gateway works no lane default\n",
    ]);
  });
});

describe("retry", () => {
  it("sends one key however often it is tried, and prints the new id", async () => {
    const answers = [problemAnswer(503, "storage_unknown"), jsonAnswer(202, QUEUED)];
    const run = await runInProcess(["retry", ID], { answers });
    expect([run.code, run.stdout]).toEqual([CODE.ok, `${ID}\n`]);
    const keys = run.requests.map(({ headers }) => headers.get("idempotency-key"));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^cli-/);
    expect(run.requests[0]).toMatchObject({ method: "POST", body: undefined });
  });

  it("--wait follows the new one to its end", async () => {
    const answers = [jsonAnswer(202, QUEUED), jsonAnswer(200, exampleRecord("succeeded"))];
    const run = await runInProcess(["retry", ID, "--wait"], { answers });
    expect([run.code, run.stdout]).toEqual([CODE.ok, "https://files.example/video.mp4\n"]);
  });

  it("of one that goes on is refused with what to do", async () => {
    const run = await runInProcess(["retry", ID], {
      answers: [problemAnswer(409, "not_retryable")],
    });
    expect([run.code, run.requests.length]).toEqual([CODE.invalid, 1]);
    expect(run.stderr).toContain("nothing was stored");
    const flag = await runInProcess(["retry", ID, "--timeout", "1m"]);
    expect(flag.code).toBe(CODE.usage);
  });
});
