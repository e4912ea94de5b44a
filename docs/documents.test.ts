import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { tableOf } from "../packages/core/test/markdown.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGES = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, "docs"), { recursive: true }).map((path) => `docs/${String(path)}`),
].filter((path) => path.endsWith(".md"));

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(read(join(folder, "package.json"))) as Manifest;
}

/** How a heading is named in a link to it. */
function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(PAGES)("%s", (page) => {
  test("links to files and headings that are there", () => {
    const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = targets
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
        if (!existsSync(join(ROOT, file))) return true;
        return anchor !== undefined && !anchorsOf(file).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  test("names commands and programs that are there", () => {
    const { scripts = {} } = manifestOf("");
    const commands = [...read(page).matchAll(/npm (?:run (\w+)|(test|start)\b)/g)]
      .map(([, script, builtIn]) => script ?? builtIn ?? "")
      .filter((command) => !(command in scripts));
    expect(commands).toEqual([]);
    const programs = [...read(page).matchAll(/node (apps\/[a-z-]+)\/dist\/main\.js/g)];
    for (const [, app] of programs) {
      expect(existsSync(join(ROOT, `${app}/src/main.ts`)), app).toBe(true);
    }
  });

  test("promises nothing that cannot be had without a key upstream", () => {
    expect(read(page)).not.toMatch(/exactly[ -]once/i);
  });
});

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

describe("ARCHITECTURE.md", () => {
  const page = read("ARCHITECTURE.md");

  test("has every package with what it imports of ours, and no other", () => {
    const listed = tableOf(page, ["package", "holds", "imports"]).map(([name, , imports]) => [
      name,
      imports === "–" ? [] : imports?.split(", "),
    ]);
    const actual = readdirSync(join(ROOT, "packages")).map((name) => {
      const { dependencies = {} } = manifestOf(`packages/${name}`);
      const ours = Object.keys(dependencies).filter((key) => key.startsWith("@apidot-queue/"));
      return [name, ours.map((key) => key.slice("@apidot-queue/".length)).toSorted(byText)];
    });
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(actual));
  });

  test("has every app, and no other", () => {
    const listed = tableOf(page, ["app", "does"]).map(([name = ""]) => name);
    expect(listed.toSorted()).toEqual(readdirSync(join(ROOT, "apps")).toSorted());
  });

  test("has every key that the scripts use, and no other of the journal's", () => {
    const lua = readdirSync(join(ROOT, "packages/journal/lua"), { recursive: true })
      .map((path) => `packages/journal/lua/${String(path)}`)
      .filter((path) => path.endsWith(".lua"));
    const literals = /(?:lane|KEYS\[1\]) \.\. ':?([a-z][a-z:]*)'|'([a-z]:)'/g;
    const used = lua.flatMap((path) =>
      [...read(path).matchAll(literals)].map(([, key, oneLetter]) => key ?? oneLetter),
    );
    const listed = tableOf(page, ["key", "type"])
      .flatMap(([keys = ""]) => keys.replaceAll("`", "").split(", "))
      .map((key) => key.replace(/<.*$/, ""));
    const families = (keys: readonly (string | undefined)[]): readonly string[] =>
      [...new Set(keys.map((key = "") => key.replace(/^x:(?!created|user).*$/, "x:")))].toSorted();
    // Set by a plain command and by BullMQ, not by scripts of ours.
    const others = ["rescue-round", "submit:…"];
    expect(families(listed)).toEqual(families([...used, ...others]));
  });
});
