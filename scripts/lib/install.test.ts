import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

import { installDigest, isInstalled, WORKSPACE_PATTERNS } from "./install.mjs";
import { ROOT } from "./paths.mjs";

async function installedTree(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "install-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "packages/core/node_modules"), { recursive: true });
  await mkdir(join(root, "node_modules"));
  await writeFile(join(root, "package.json"), "{}");
  await writeFile(join(root, "pnpm-lock.yaml"), "lockfileVersion: '9.0'");
  await writeFile(join(root, "packages/core/package.json"), '{"dependencies":{"zod":"1"}}');
  await writeFile(join(root, "node_modules/.apidot-queue-set-up"), installDigest(root));
  return root;
}

test("an untouched tree is not installed again", async () => {
  expect(isInstalled(await installedTree())).toBe(true);
});

test.for(["pnpm-lock.yaml", "package.json", "packages/core/package.json", ".npmrc"])(
  "a change of %s installs again",
  async (name) => {
    const root = await installedTree();
    await writeFile(join(root, name), '{"name":"changed"}');
    expect(isInstalled(root)).toBe(false);
  },
);

test.for(["node_modules", "packages/core/node_modules"])(
  "a removed %s installs again",
  async (name) => {
    const root = await installedTree();
    await rm(join(root, name), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  },
);

test.for(["apps/new", "bench"])("a new package in %s installs again", async (folder) => {
  const root = await installedTree();
  await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, folder, "package.json"), "{}");
  expect(isInstalled(root)).toBe(false);
});

test("pnpm-workspace.yaml names the same folders", async () => {
  const workspace = parse(await readFile(join(ROOT, "pnpm-workspace.yaml"), "utf8")) as unknown;
  expect(workspace).toMatchObject({ packages: WORKSPACE_PATTERNS });
});
