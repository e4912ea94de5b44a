import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { majorOf, NEWEST_LTS_VERSION, withNodeFirst } from "./newest-node.mjs";
import { NODE_MINIMUM_VERSION } from "./node-version.mjs";
import { ROOT } from "./paths.mjs";

test("the image is built on the line of Node that the tests run on as well", async () => {
  const dockerfile = await readFile(join(ROOT, "Dockerfile"), "utf8");
  expect(dockerfile).toContain(`NODE_IMAGE=node:${majorOf(NEWEST_LTS_VERSION)}-slim`);
});

test("the newest Node is a later line than the oldest", () => {
  expect(majorOf(NEWEST_LTS_VERSION)).toBeGreaterThan(NODE_MINIMUM_VERSION[0] ?? 0);
});

test("what a Node starts by the name of node is that Node", () => {
  const env = withNodeFirst("/opt/node/bin/node", { PATH: "/usr/bin", HOME: "/home/a" });
  expect(env).toEqual({ PATH: "/opt/node/bin:/usr/bin", HOME: "/home/a" });
});
