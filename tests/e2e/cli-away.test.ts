import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { jsonLines, runCliProcess, startCli } from "./cli-process.ts";

const PROMPT = "A paper boat sails down a rainy street";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address that refuses: bound once and freed. */
async function refusing(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe("without a gateway", () => {
  const submit = ["submit", "veo3.1-lite", PROMPT];

  it("nothing was stored is said only where it is so, with the key to go on", async () => {
    const away = await runCliProcess([...submit, "--json"], { APIDOT_QUEUE_URL: await refusing() });
    expect(away.code).toBe(6);
    expect(jsonLines(away.stdout)).toMatchObject([
      { error: { code: "unavailable", idempotency_key: expect.stringMatching(/^cli-/) as string } },
    ]);

    const keys = new Set<unknown>();
    const url = await serve((request) => {
      keys.add(request.headers["idempotency-key"]);
      request.socket.destroy();
    });
    const lost = await runCliProcess(submit, { APIDOT_QUEUE_URL: url });
    expect([lost.code, lost.stdout, keys.size]).toEqual([8, "", 1]);
    expect(lost.stderr).toContain(`--idempotency-key ${[...keys].join()}`);
  });

  it("a gateway whose Redis comes back is tried until it stores", async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      const problem = { code: "not_stored", title: "Nothing was stored", status: 503 };
      response.writeHead(503, { "content-type": "application/problem+json", "retry-after": "1" });
      response.end(JSON.stringify(problem));
    });
    expect((await runCliProcess(submit, { APIDOT_QUEUE_URL: url })).code).toBe(6);
    expect(asked).toBe(4);
  });

  it.each([
    [{ PORT: "0" }, /^error: PORT: /],
    [{ APIDOT_QUEUE_ULR: "http://127.0.0.1:1" }, /^error: APIDOT_QUEUE_ULR: .*APIDOT_QUEUE_URL/],
  ])("a wrong environment exits 78 and names it: %o", async (env, line) => {
    const run = await runCliProcess(["list"], env);
    expect([run.code, run.stdout]).toEqual([78, ""]);
    expect(run.stderr).toMatch(line);
  });

  it("what cannot be read exits 2, what is offline works, and colours are as asked for", async () => {
    expect((await runCliProcess(["sumbit"])).code).toBe(2);
    const models = await runCliProcess(["models", "--json"], { FORCE_COLOR: "1" });
    expect(models.code).toBe(0);
    expect(jsonLines(models.stdout)).toHaveLength(1);
    const plain = await runCliProcess(["get", "x"], { NO_COLOR: "1" });
    expect(plain.stderr).toMatch(/^error: /);
    const coloured = await runCliProcess(["get", "x"], { FORCE_COLOR: "1" });
    expect(coloured.stderr).toContain("\u001B[31merror:\u001B[0m ");
  });

  it("a reader that has read enough ends it quietly", async () => {
    const id = "default_01kat5k3v8q2x7m4n9p0r1s2t3";
    let progress = 0;
    const url = await serve((_, response) => {
      progress += 1;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(runningRecord(id, progress)));
    });
    const cli = startCli(["watch", id, "--json"], { APIDOT_QUEUE_URL: url });
    cli.closeStdout();
    expect(await cli.ended).toBe(0);
    expect(cli.stderr()).not.toMatch(/EPIPE|error/i);
  });

  it("a reader that is gone does not turn a failure into a success", async () => {
    const cli = startCli(["get", "no-id", "--json"]);
    cli.closeStdout();
    expect(await cli.ended).toBe(4);
  });
});

/** A record that changes with each look. */
function runningRecord(id: string, progress: number): Record<string, unknown> {
  return {
    id,
    lane: "default",
    status: "running",
    model: "veo3.1-lite",
    input: { prompt: PROMPT },
    user_id: null,
    created_at: "2026-11-20T09:00:00.000Z",
    attempts: 1,
    cancel_requested_at: null,
    task: { id: "task", status: "running", progress },
    extra_task_ids: [],
    files: [],
    error: null,
    credits: { estimated: 20, catalog_date: "2026-06-14" },
  };
}
