import { describe, expect, test } from "vitest";

import { loadConfig } from "./load-config.ts";

const load = (text: string | null) =>
  loadConfig("gateway", { CATALOG_FILE: "/etc/catalog.json" }, () => {
    if (text === null) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return text;
  });

describe("CATALOG_FILE", () => {
  test("is laid over the catalog", () => {
    const result = load('{ "sora-2-official": { "status": "active" } }');
    const catalog = result.ok ? result.config.catalog : null;
    expect(catalog?.get("sora-2-official")?.status).toBe("active");
    expect(catalog?.get("veo3.1-lite")?.status).toBe("active");
  });

  test.each([
    [null, "CATALOG_FILE names a file that cannot be read (ENOENT)"],
    ["", "CATALOG_FILE names a file that is empty"],
    ["{", "CATALOG_FILE names a file that is not JSON"],
    [
      '{ "veo9": {}, "veo3.1-lite": { "status": "gone" } }',
      /^CATALOG_FILE names a file that is wrong: \/veo9: must be .*; \/veo3.1-lite\/status: must be/,
    ],
  ])("%j keeps the program from starting", (text, expected) => {
    const result = load(text);
    const lines = result.ok ? [] : result.mistakes.map(({ name, problem }) => `${name} ${problem}`);
    expect(lines).toEqual([
      typeof expected === "string" ? expected : (expect.stringMatching(expected) as string),
    ]);
  });

  test("unset is none", () => {
    const result = loadConfig("gateway", {}, () => "");
    expect(result.ok && result.config.catalog).toBeNull();
  });
});
