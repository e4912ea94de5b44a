import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { jsonLines, runCliProcess } from "./cli-process.ts";
import { startGatewayProcess } from "./processes.ts";

it("list shows the newest first, narrowed and page by page", async () => {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const gateway = await startGatewayProcess({ redisUrl: redis.url });
  const at = { APIDOT_QUEUE_URL: gateway.url };
  const ids: unknown[] = [];
  for (const user of ["user-1", "user-2", "user-1"]) {
    const submit = ["submit", "veo3.1-lite", "A boat", "--user", user, "--json"];
    const { stdout, stderr } = await runCliProcess(submit, at);
    ids.unshift(jsonLines(stdout)[0]?.["id"]);
    expect(stderr).toMatch(/^queued, /);
  }
  const listed = async (...flags: string[]): Promise<unknown[]> => {
    const { code, stdout, stderr } = await runCliProcess(["list", "--json", ...flags], at);
    expect(code, stderr).toBe(0);
    const [{ data }] = jsonLines(stdout) as [{ data: { id: string }[] }];
    return data.map(({ id }) => id);
  };
  expect(await listed("--all", "--limit", "1")).toEqual(ids);
  expect(await listed("--user", "user-1")).toEqual([ids[0], ids[2]]);
  expect(await listed("--limit", "2")).toEqual(ids.slice(0, 2));
  expect(await listed("--status", "succeeded,failed")).toEqual([]);

  const table = await runCliProcess(["list", "--limit", "2"], at);
  expect(table.stdout.split("\n")).toHaveLength(4);
  const [, cursor = ""] = /--cursor '(.*)'/.exec(table.stderr) ?? [];
  expect(await listed("--limit", "2", "--cursor", cursor)).toEqual(ids.slice(2));

  const wrong = await runCliProcess(["list", "--status", "gone", "--limit", "0", "--user", ""], at);
  expect([wrong.code, wrong.stdout]).toEqual([3, ""]);
  for (const flag of ["--status", "--limit", "--user"]) {
    expect(wrong.stderr).toMatch(new RegExp(`^  ${flag}: `, "m"));
  }
});
