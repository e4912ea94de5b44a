import { expect, test } from "vitest";

import manifest from "../../package.json" with { type: "json" };
import { NODE_MINIMUM_VERSION, checkNodeVersion } from "./node-version.mjs";

test.for(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("Node %s is new enough", (version) => {
  expect(() => checkNodeVersion(version)).not.toThrow();
});

test.for(["20.18.3", "19.9.0", "18.20.8", ""])("Node %j is refused by name", (version) => {
  expect(() => checkNodeVersion(version)).toThrow(
    `needs Node 20.19 or newer, and runs on ${version}`,
  );
});

test("package.json asks for the same Node", () => {
  expect(manifest.engines.node).toBe(`>=${NODE_MINIMUM_VERSION.join(".")}`);
});
