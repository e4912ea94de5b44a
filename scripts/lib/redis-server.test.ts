import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import {
  REDIS_MINIMUM_VERSION as RUNTIME_MINIMUM,
  findRedisServer as findAtRunTime,
  repositoryRoot,
} from "../../packages/runtime/src/private-redis/find-redis-server.ts";
import { PRIVATE_REDIS_DIR } from "./paths.mjs";
import { REDIS_MINIMUM_VERSION, findRedisServer, isNewEnough } from "./redis-server.mjs";

const REDIS_7 = "Redis server v=7.0.15 sha=0";
const REDIS_6_0 = "Redis server v=6.0.16 sha=0";

test("the set-up and the launcher agree on the oldest version and on where it is unpacked", () => {
  expect(REDIS_MINIMUM_VERSION).toEqual(RUNTIME_MINIMUM);
  expect(PRIVATE_REDIS_DIR).toBe(join(repositoryRoot(), ".cache", "redis"));
});

test.for([
  { programs: { "a/redis-server": REDIS_7, "b/valkey-server": REDIS_7 }, found: "a/redis-server" },
  { programs: { "b/valkey-server": REDIS_7 }, found: "b/valkey-server" },
  {
    programs: { "a/redis-server": REDIS_6_0, ".cache/redis/bin/redis-server": REDIS_7 },
    found: ".cache/redis/bin/redis-server",
  },
])("the set-up and the launcher both find $found", async ({ programs, found }) => {
  const root = await mkdtemp(join(tmpdir(), "redis-server-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, says] of Object.entries(programs)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho "${says}"\n`);
    await chmod(file, 0o755);
  }
  const env = { PATH: `${join(root, "a")}:${join(root, "b")}` };

  expect(await findRedisServer(env, join(root, ".cache", "redis"))).toBe(join(root, found));
  expect(findAtRunTime({ root, env })).toBe(join(root, found));
});

test.for([REDIS_7, "Redis server v=6.2.0 sha=0", "Valkey server v=8.0.1 sha=0"])(
  "%s will do",
  (line) => {
    expect(isNewEnough(line)).toBe(true);
  },
);

test.for([REDIS_6_0, "Redis server v=5.0.7 sha=0", "command not found", ""])(
  "%j will not do",
  (line) => {
    expect(isNewEnough(line)).toBe(false);
  },
);
