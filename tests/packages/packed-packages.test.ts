import { existsSync } from "node:fs";
import { join } from "node:path";

import { checkPackage } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, it } from "vitest";

import { packProducer, ROOT, type PackedPackage } from "./pack.ts";

/** The producer, and what it needs of ours. Nothing else is meant to be installed elsewhere. */
const NAMES = ["core", "journal", "producer", "queue", "redis"];

let packages: readonly PackedPackage[];

beforeAll(async () => {
  packages = await packProducer();
});

function packed(name: string): PackedPackage {
  const found = packages.find((one) => one.name === `@apidot-queue/${name}`);
  if (found === undefined) throw new Error(`${name} was not packed`);
  return found;
}

it("the producer needs these packages of ours and no other", () => {
  expect(packages.map(({ name }) => name).toSorted()).toEqual(
    NAMES.map((name) => `@apidot-queue/${name}`),
  );
});

describe.each(NAMES)("the packed %s", (name) => {
  it("has nothing that publint finds wrong", async () => {
    const { manifest, tarball } = packed(name);
    const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual(
      [],
    );
  });

  it("has types that Node and bundlers find beside the code, as ESM", async () => {
    const result = await checkPackage(packed(name).content);
    if (result.types === false) throw new Error("no types");
    // Packages that are ESM alone: neither require nor the resolution of old finds them.
    const problems = result.problems.filter(
      (problem) =>
        !("resolutionKind" in problem) ||
        (problem.resolutionKind !== "node10" && problem.resolutionKind !== "node16-cjs"),
    );
    expect(problems).toEqual([]);
  });

  it("exports files that are in it, under no condition of this workspace", () => {
    const { manifest, files } = packed(name);
    for (const conditions of Object.values(manifest.exports)) {
      expect(Object.keys(conditions)).toEqual(["types", "default"]);
      for (const target of Object.values(conditions)) expect(files).toContain(target.slice(2));
    }
  });

  it("holds what was compiled from a source that still exists, its licence, and no test", () => {
    const { files } = packed(name);
    const sources = files
      .filter((file) => file.startsWith("dist/"))
      .map((file) => file.replace(/^dist\//, "src/").replace(/(\.d\.ts|\.js)$/, ".ts"));
    expect(sources).toContain("src/index.ts");
    for (const source of sources) {
      expect(source).not.toMatch(/\btest(ing|s)?\b/);
      expect(existsSync(join(ROOT, "packages", name, source)), source).toBe(true);
    }
    const others = files.filter((file) => !/^(dist|lua)\//.test(file));
    expect(others).toEqual(["LICENSE", "package.json"]);
  });

  it("may be published, and names a licence, its Node and exact versions", () => {
    const { private: isPrivate, license, engines, dependencies } = packed(name).manifest;
    expect({ isPrivate, license, engines }).toEqual({
      isPrivate: undefined,
      license: "MIT",
      engines: { node: ">=20.19" },
    });
    for (const version of Object.values(dependencies ?? {})) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });
});

it("the journal brings its scripts, and nobody else has any", () => {
  const scripts = packages.map(({ name, files }) => [
    name,
    files.filter((file) => file.endsWith(".lua")).length,
  ]);
  expect(scripts.filter(([, count]) => count !== 0)).toEqual([
    ["@apidot-queue/journal", expect.any(Number)],
  ]);
  expect(packed("journal").files).toContain("lua/begin.lua");
});
