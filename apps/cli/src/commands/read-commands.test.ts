import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import {
  exampleRecord,
  fetchFailure,
  jsonAnswer,
  problemAnswer,
} from "../../test/gateway-answers.ts";

const RUNNING = exampleRecord("running");
const ID = RUNNING.id;

describe("get", () => {
  it("shows the record, and a failure's reason below it", async () => {
    const answers = [jsonAnswer(200, exampleRecord("failed"))];
    const { code, stdout, stderr } = await runInProcess(["get", ID], { answers });
    expect([code, stderr]).toEqual([CODE.ok, ""]);
    expect(stdout).toMatch(/^status +failed, attempt 1$/m);
    expect(stdout).toMatch(/^prompt +a paper boat$/m);
    expect(stdout).toMatch(/^credits +about 20 credits by the catalog of 2026-06-14$/m);
    expect(stdout).toMatch(/^ {2}invalid_request: veo3\.1-lite refused the prompt$/m);
  });

  it("with --json passes the record on as it came, also what is new in it", async () => {
    const record = { ...RUNNING, something_new: { deep: [1] } };
    const run = await runInProcess(["get", ID, "--json"], { answers: [jsonAnswer(200, record)] });
    expect(documentsOf(run)).toEqual([record]);
  });

  it("keeps what an error says from commanding the terminal", async () => {
    const message = "\u001B[2J\u001B]0;owned\u0007bad\u009B31m\u202Etxt\r\nnext";
    const error = { code: "generation_failed", message, retryable: true };
    const answers = [jsonAnswer(200, exampleRecord("failed", { error }))];
    const { stdout } = await runInProcess(["get", ID], { answers });
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(stdout).toContain("generation_failed: badtxt next");
  });

  it.each([
    ["an id that is not there", ID, [problemAnswer(404, "not_found")], CODE.notFound],
    ["a text that is no id", "../../metrics", [], CODE.notFound],
    ["a gateway that is away", ID, [fetchFailure("ENOTFOUND")], CODE.unavailable],
    ["a gateway without its Redis", ID, [problemAnswer(503, "unavailable")], CODE.unavailable],
    ["an address that is no gateway", ID, [new Response("hello")], CODE.unavailable],
    ["a foreign 404", ID, [new Response("no", { status: 404 })], CODE.unavailable],
  ])("%s has its own class", async (_, id, answers, code) => {
    const run = await runInProcess(["get", id, "--json"], { answers });
    expect(run.code).toBe(code);
    expect(documentsOf(run)).toMatchObject([{ error: { exit_code: code } }]);
  });
});

describe("cancel", () => {
  it.each([
    ["canceled", {}, CODE.ok, /  canceled\n$/],
    ["running", { cancel_requested_at: "2026-11-20T09:00:02.000Z" }, CODE.ok, /cancel requested/],
    ["failed", { cancel_requested_at: "2026-11-20T09:00:02.000Z" }, CODE.ok, /leaves it out/],
    ["failed", {}, CODE.unsuccessful, /was failed already/],
    ["succeeded", {}, CODE.unsuccessful, /was succeeded already; nothing was changed/],
  ] as const)("of one that is %s then says what it came to", async (status, parts, code, text) => {
    const answers = [jsonAnswer(200, exampleRecord(status, parts))];
    const run = await runInProcess(["cancel", ID], { answers });
    expect(run.code).toBe(code);
    expect(run.stdout).toMatch(text);
    expect(run.requests[0]).toMatchObject({ method: "POST", body: undefined });
  });

  it.each([
    ["without an answer", () => fetchFailure("ECONNRESET")],
    ["whose wish Redis may have stored", () => problemAnswer(503, "unavailable")],
  ])("%s is unknown, and not unavailable", async (_, answer) => {
    const run = await runInProcess(["cancel", ID], { answers: [answer()] });
    expect(run.code).toBe(CODE.unknown);
  });
});

describe("list", () => {
  const page = (ids: readonly string[], cursor: string | null): Response =>
    jsonAnswer(200, { data: ids.map((id) => ({ ...RUNNING, id })), next_cursor: cursor });

  it("passes its flags on, and says how to see more", async () => {
    const flags = ["--status", "running", "--user", "a b", "--model", "m", "--lane", "blue"];
    const run = await runInProcess(["list", ...flags, "--limit", "1", "--cursor", "c0"], {
      answers: [page([ID], "c1")],
    });
    expect(run.code).toBe(CODE.ok);
    expect(new URL(run.requests[0]?.url ?? "").search).toBe(
      "?status=running&user_id=a+b&model=m&lane=blue&limit=1&cursor=c0",
    );
    expect(run.stdout.split("\n")[1]).toMatch(new RegExp(`^${ID} +running +veo3.1-lite +user-7`));
    expect(run.stderr).toContain("--cursor 'c1'");
  });

  it("with --all reads to the end and is one document", async () => {
    const answers = [page(["a_1"], "c1"), page(["a_2"], "c2"), page(["a_3"], null)];
    const run = await runInProcess(["list", "--all", "--json"], { answers });
    const [document] = documentsOf(run) as [{ data: { id: string }[]; next_cursor: null }];
    expect(document.data.map(({ id }) => id)).toEqual(["a_1", "a_2", "a_3"]);
    expect(document.next_cursor).toBeNull();
    expect(run.requests.map(({ url }) => new URL(url).search)).toEqual([
      "?limit=100",
      "?limit=100&cursor=c1",
      "?limit=100&cursor=c2",
    ]);
  });

  it("looks further behind a page that is empty although more follow", async () => {
    const answers = [page([], "c1"), page([ID], "c2")];
    const run = await runInProcess(["list", "--json"], { answers });
    expect(documentsOf(run)).toMatchObject([{ data: [{ id: ID }], next_cursor: "c2" }]);
    expect(run.requests).toHaveLength(2);
  });

  it("never widens a filter that is empty to everything", async () => {
    const run = await runInProcess(["list", "--user", ""], { answers: [page([], null)] });
    expect(new URL(run.requests[0]?.url ?? "").search).toBe("?user_id=");
  });

  it("tells what the gateway refuses by its flag", async () => {
    const errors = [{ pointer: "/user_id", code: "too_long", message: "is too long" }];
    const answers = [problemAnswer(400, "invalid_request", { errors })];
    const run = await runInProcess(["list", "--user", "x"], { answers });
    expect(run.code).toBe(CODE.invalid);
    expect(run.stderr).toMatch(/^ {2}--user: is too long$/m);
  });
});

describe("estimate and models", () => {
  it.each([
    [["estimate", "veo3.1-quality", "x", "--resolution", "4k"], 400],
    [["estimate", "veo3.1-fast", "x"], 36],
  ])("%o is told offline with the date of the catalog", async (args, credits) => {
    const run = await runInProcess([...args, "--json"], { env: { PORT: "nonsense" } });
    expect([run.code, run.requests]).toEqual([CODE.ok, []]);
    expect(documentsOf(run)).toMatchObject([
      { mode: "text", credits: { estimated: credits, catalog_date: "2026-06-14" } },
    ]);
  });

  it("every model stands with its prices and their date", async () => {
    const { stdout, requests } = await runInProcess(["models"]);
    expect(requests).toEqual([]);
    expect(stdout).toMatch(/^veo3\.1-quality .*4k: 400.* 2026-06-14$/m);
    expect(documentsOf(await runInProcess(["models", "--json"]))).toHaveLength(1);
  });
});
