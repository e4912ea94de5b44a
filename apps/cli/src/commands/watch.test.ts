import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import {
  exampleRecord,
  type ExampleStatus,
  fetchFailure,
  jsonAnswer,
  problemAnswer,
} from "../../test/gateway-answers.ts";

const ID = exampleRecord("queued").id;
const OTHER = "default_01kat5k3v8q2x7m4n9p0r1s2t4";

const told = (status: ExampleStatus, id = ID): Response =>
  jsonAnswer(200, exampleRecord(status, { id }));

describe("watch", () => {
  it("with --json prints a document for each change and none between", async () => {
    const answers = [
      told("queued"),
      told("queued"),
      told("running"),
      told("running"),
      told("held"),
    ];
    const run = await runInProcess(["watch", ID, "--json"], { answers });
    expect(run.code).toBe(CODE.held);
    expect(documentsOf(run)).toEqual(
      (["queued", "running", "held"] as const).map((status) => exampleRecord(status)),
    );
  });

  it("asks at a growing pace, and never more than 5 s apart", async () => {
    const answers = [...Array.from({ length: 20 }, () => told("running")), told("succeeded")];
    const { pauses } = await runInProcess(["watch", ID], { answers });
    expect(pauses).toHaveLength(20);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(5_000);
  });

  it("of several prefixes each result with its id and ends with the gravest class", async () => {
    const ends: Readonly<Record<string, Response>> = {
      [ID]: told("succeeded"),
      [OTHER]: told("failed", OTHER),
    };
    const answer = ({ url }: { readonly url: string }): Response =>
      ends[url.slice(url.lastIndexOf("/") + 1)]?.clone() ?? problemAnswer(404, "not_found");
    const run = await runInProcess(["watch", ID, OTHER, ID], { answers: [answer] });
    expect(run.requests).toHaveLength(2);
    expect(run.stdout).toBe(`${ID}\thttps://files.example/video.mp4\n`);
    expect(run.code).toBe(CODE.unsuccessful);
  });

  it("goes on with the others when one does not exist", async () => {
    const answer = ({ url }: { readonly url: string }): Response =>
      url.endsWith(ID) ? told("succeeded") : problemAnswer(404, "not_found");
    const run = await runInProcess(["watch", OTHER, ID], { answers: [answer] });
    expect(run.stderr).toContain(`${OTHER}  no such generation`);
    expect(run.stdout).toContain("video.mp4");
    expect(run.code).toBe(CODE.notFound);
  });

  it("outlasts a gateway that restarts, with one line each way", async () => {
    const away = fetchFailure("ECONNREFUSED");
    const answers = [told("running"), away, away, told("running"), told("succeeded")];
    const run = await runInProcess(["watch", ID], { answers });
    expect(run.code).toBe(CODE.ok);
    expect(run.stderr.match(/still trying/g)).toHaveLength(1);
    expect(run.stderr.match(/answers again/g)).toHaveLength(1);
  });

  it("gives a gateway up that stays away for a minute, and says how to go on", async () => {
    const answers = [told("running"), fetchFailure("ECONNREFUSED")];
    const run = await runInProcess(["watch", ID], { answers });
    expect(run.code).toBe(CODE.unavailable);
    expect(run.stderr).toContain(`apidot-queue watch ${ID}`);
    const waitedMs = run.pauses.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeGreaterThan(60_000);
    expect(waitedMs).toBeLessThan(75_000);
  });

  it("ends at once when the gateway does not let it in", async () => {
    const run = await runInProcess(["watch", ID], {
      answers: [problemAnswer(401, "unauthorized")],
    });
    expect([run.code, run.requests.length]).toEqual([CODE.refused, 1]);
    expect(run.stderr).toContain("APIDOT_QUEUE_TOKEN");
  });

  it("a status that it does not know is one that goes on", async () => {
    const later = jsonAnswer(200, { ...exampleRecord("queued"), status: "rendering_again" });
    const run = await runInProcess(["watch", ID], { answers: [later, told("succeeded")] });
    expect(run.code).toBe(CODE.ok);
    expect(run.stderr).toContain("rendering_again");
  });
});

describe("on a terminal", () => {
  it("one line is rewritten in place, never wider than the terminal, and its end stays", async () => {
    const answers = [told("queued"), told("running"), told("succeeded")];
    const run = await runInProcess(["watch", ID], { answers, isTTY: true, columns: 40 });
    expect(run.code).toBe(CODE.ok);
    const pictures = run.stderr.split("\r\u001B[2K").filter((text) => text !== "");
    expect(pictures.slice(0, -1).every((text) => text.length < 40 && !text.includes("\n"))).toBe(
      true,
    );
    expect(pictures.at(-1)).toMatch(/^succeeded · attempt 1 · 0:01 · .*\n$/);
    expect(run.stderr.match(/\n/g)).toHaveLength(1);
  });

  it("of several the line counts, and each change has a line of its own above", async () => {
    const ends: Readonly<Record<string, Response[]>> = {
      [ID]: [told("running"), told("succeeded")],
      [OTHER]: [told("queued", OTHER), told("queued", OTHER), told("held", OTHER)],
    };
    const answer = ({ url }: { readonly url: string }): Response =>
      ends[url.slice(url.lastIndexOf("/") + 1)]?.shift() ?? problemAnswer(404, "not_found");
    const run = await runInProcess(["watch", ID, OTHER], { answers: [answer], isTTY: true });
    expect(run.code).toBe(CODE.held);
    expect(run.stderr).toContain("2 of 2 open · 1 running · 1 queued");
    expect(run.stderr).toContain("1 of 2 open · 1 queued");
  });
});
