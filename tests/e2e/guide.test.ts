import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { CATALOG } from "@apidot-queue/core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { startApi } from "./api.ts";
import { ROOT, startProgram } from "./node-process.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let api: Awaited<ReturnType<typeof startApi>>;
let page: string;

beforeAll(async () => {
  page = await readFile(join(ROOT, "docs/guide.md"), "utf8");
  stack = await startStack();
  api = await startApi(stack.lane);
});
afterAll(async () => {
  await api.stop();
  await stack.stop();
});

/** The words of a command as a shell takes them: double quotes hold spaces together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

it("every command of the guide runs, and its videos finish", async () => {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = ""]) => text.trim());
  const commands = blocks.map(wordsOf);
  expect(commands.length).toBeGreaterThan(6);
  const runs = commands.map(async ([program, ...args]) => {
    expect(program).toBe("apidot-queue");
    const cli = startProgram(
      process.execPath,
      "apps/cli/dist/main.js",
      {
        APIDOT_QUEUE_URL: api.url,
      },
      args.join(" "),
      ROOT,
      args,
    );
    const end = await cli.ended;
    return { args, end, output: cli.output() };
  });
  for (const { args, end, output } of await Promise.all(runs)) {
    expect([args[0], end, output]).toEqual([args[0], { code: 0, signal: null }, output]);
    expect(output).toMatch(args[0] === "estimate" ? /400 credits/ : /succeeded/);
  }
  // One of each mode at least, on each variant that has it.
  const submitted = commands.filter(([, command]) => command === "submit");
  expect(stack.acceptedCount()).toBe(submitted.length);
});

it("the table of variants has the catalog's modes and prices", () => {
  const rows = [...page.matchAll(/^\| `(veo[\w.-]+)` \| [^|]+ \| ([^|]+) \| (\d+) \| (\d+) \|$/gm)];
  const documented = rows.map(([, id, modes, hd, uhd]) => [id, modes, Number(hd), Number(uhd)]);
  const veo = [...CATALOG.values()].filter(({ family }) => family === "veo-3.1");
  expect(documented).toEqual(
    veo.map(({ id, modes, price }) => {
      const credits = price.per === "job" ? price.credits : {};
      return [id, Object.keys(modes).join(", "), credits["1080p"], credits["4k"]];
    }),
  );
});
