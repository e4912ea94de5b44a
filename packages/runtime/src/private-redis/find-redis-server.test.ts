import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { findRedisServer, repositoryRoot } from "./find-redis-server.ts";

async function setup() {
  const root = await mkdtemp(join(tmpdir(), "find-redis-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const add = async (path: string, says: string): Promise<string> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho "${says}"\n`);
    await chmod(file, 0o755);
    return file;
  };
  return { root, add, PATH: `${join(root, "a")}:${join(root, "b")}:/nowhere` };
}

const REDIS_7 = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64";
const VALKEY_8 = "Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64";

test("the PATH comes first, in its own order, with either name", async () => {
  const { root, add, PATH } = await setup();
  await add(".cache/redis/bin/redis-server", REDIS_7);
  await add("b/redis-server", REDIS_7);
  const first = await add("a/valkey-server", VALKEY_8);

  expect(findRedisServer({ root, env: { PATH } })).toBe(first);
});

test("one that is too old, or no server at all, is passed over", async () => {
  const { root, add, PATH } = await setup();
  await add("a/redis-server", "Redis server v=6.0.16 sha=0");
  await add("b/redis-server", "hello");
  const unpacked = await add(".cache/redis/bin/redis-server", "Redis server v=6.2.0 sha=0");

  expect(findRedisServer({ root, env: { PATH } })).toBe(unpacked);
});

test("REDIS_SERVER_BIN decides alone, and an empty one is unset", async () => {
  const { root, add, PATH } = await setup();
  const onPath = await add("a/redis-server", REDIS_7);
  const chosen = await add("elsewhere/my-redis", VALKEY_8);

  expect(findRedisServer({ root, env: { PATH, REDIS_SERVER_BIN: chosen } })).toBe(chosen);
  expect(findRedisServer({ root, env: { PATH, REDIS_SERVER_BIN: "" } })).toBe(onPath);
  expect(() => findRedisServer({ root, env: { PATH, REDIS_SERVER_BIN: "/no/such" } })).toThrow(
    /REDIS_SERVER_BIN names \/no\/such/,
  );
});

test("without any, the error names the set-up", async () => {
  const { root, PATH } = await setup();
  expect(() => findRedisServer({ root, env: { PATH } })).toThrow(/npm run setup/);
});

test("the repository's root is found from the source", async () => {
  const { default: manifest } = await import(join(repositoryRoot(), "package.json"), {
    with: { type: "json" },
  });
  expect(manifest).toMatchObject({ name: "apidot-queue" });
});
