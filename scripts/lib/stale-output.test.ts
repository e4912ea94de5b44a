import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { removeStaleOutput } from "./stale-output.mjs";

async function folderWith(...files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stale-output-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "");
  }
  return folder;
}

test("what was compiled from a source that is gone is removed, and nothing else", async () => {
  const kept = ["dist/a.d.ts", "dist/a.js", "dist/a.js.map", "dist/.tsbuildinfo", "dist/b/c.js"];
  const stale = ["dist/b/gone.d.ts", "dist/b/gone.js", "dist/b/gone.js.map"];
  const folder = await folderWith("src/a.ts", "src/b/c.ts", "lib/d.js", ...kept, ...stale);
  expect(
    removeStaleOutput(folder)
      .map((file) => `dist/${file}`)
      .toSorted(),
  ).toEqual(stale);
  const left = await readdir(folder, { recursive: true });
  expect(left).toEqual(expect.arrayContaining(["src/a.ts", "lib/d.js", ...kept]));
  expect(left).not.toEqual(expect.arrayContaining(["dist/b/gone.js"]));
});

test("a package that was never built has nothing to remove", async () => {
  expect(removeStaleOutput(await folderWith("src/a.ts"))).toEqual([]);
});
