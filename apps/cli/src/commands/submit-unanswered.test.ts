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

describe("a submit that is not answered", () => {
  const submit = ["submit", "veo3.1-lite", "x"];
  const keysOf = (run: Awaited<ReturnType<typeof runInProcess>>): (string | null)[] =>
    run.requests.map(({ headers }) => headers.get("idempotency-key"));

  it("is sent again under the same key, and its retry is what counts", async () => {
    const refusal = problemAnswer(503, "not_stored", { headers: { "retry-after": "3" } });
    const run = await runInProcess(submit, {
      answers: [refusal, fetchFailure("ECONNRESET"), STORED],
    });
    expect(run.code).toBe(CODE.ok);
    expect(run.stdout).toBe(`${QUEUED.id}\n`);
    expect(new Set(keysOf(run)).size).toBe(1);
    expect(keysOf(run)[0]).toMatch(/^cli-[0-9a-f-]{36}$/);
    // The gateway's advice first, then a pause of our own.
    expect(run.pauses).toEqual([3_000, 1_000]);
  });

  it("two submits never share a key", async () => {
    const first = await runInProcess(submit, { answers: [STORED] });
    const second = await runInProcess(submit, { answers: [STORED] });
    expect(keysOf(first)).not.toEqual(keysOf(second));
  });

  it("that never left is told as not stored, with the key to go on", async () => {
    const run = await runInProcess(submit, { answers: [fetchFailure("ECONNREFUSED")] });
    expect(run.code).toBe(CODE.unavailable);
    expect(run.requests).toHaveLength(4);
    expect(run.stderr).toMatch(/nothing was stored$/m);
    expect(run.stderr).toContain(`--idempotency-key ${keysOf(run)[0]}`);
  });

  it("that may have arrived once is unknown, whatever the later tries came to", async () => {
    const answers = [fetchFailure("ECONNRESET"), fetchFailure("ECONNREFUSED")];
    const run = await runInProcess([...submit, "--json"], { answers });
    expect(run.code).toBe(CODE.unknown);
    expect(run.stderr).toMatch(/whether it was stored is not known$/m);
    const [{ error }] = documentsOf(run) as [{ error: { idempotency_key: string } }];
    expect(error.idempotency_key).toBe(keysOf(run)[0]);
  });

  it("says which generation it may be when the gateway knows", async () => {
    const headers = { location: `/v1/generations/${QUEUED.id}` };
    const answers = [
      problemAnswer(503, "storage_unknown", { headers }),
      fetchFailure("ECONNREFUSED"),
    ];
    const run = await runInProcess([...submit, "--json"], { answers });
    expect(run.code).toBe(CODE.unknown);
    expect(run.stderr).toContain(`apidot-queue get ${QUEUED.id}`);
    expect(documentsOf(run)).toMatchObject([{ error: { generation_id: QUEUED.id } }]);
  });

  it("is not sent again for a refusal", async () => {
    const run = await runInProcess(submit, { answers: [problemAnswer(403, "forbidden_host")] });
    expect([run.code, run.requests.length]).toEqual([CODE.refused, 1]);
  });

  it("whose key belongs to another request names its generation", async () => {
    const headers = { location: `/v1/generations/${QUEUED.id}` };
    const answers = [problemAnswer(422, "idempotency_key_reused", { headers })];
    const run = await runInProcess([...submit, "--idempotency-key", "order 7"], { answers });
    expect([run.code, keysOf(run)]).toEqual([CODE.invalid, ["order 7"]]);
    expect(run.stderr).toContain(`apidot-queue get ${QUEUED.id}`);
  });

  it("that Ctrl-C cuts off says that it may be stored, and prints the key", async () => {
    const run = await runInProcess(submit, {
      answers: [STORED],
      onRequest: (_, signal) => signal("SIGINT"),
    });
    expect(run.code).toBe(CODE.interrupted);
    expect(run.stderr).toContain("whether it was stored is not known");
    expect(run.stderr).toContain(`idempotency key: ${keysOf(run)[0]}`);
  });

  it.each([
    ["a page of somebody else", new Response("<html>", { status: 200 }), CODE.unknown],
    ["a failing proxy", new Response("<html>", { status: 502 }), CODE.unknown],
    ["a redirect", new Response(null, { status: 307 }), CODE.unavailable],
  ])("that met %s is judged by what may have happened", async (_, answer, code) => {
    expect((await runInProcess(submit, { answers: [answer] })).code).toBe(code);
  });
});
