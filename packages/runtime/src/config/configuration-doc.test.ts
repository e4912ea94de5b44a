import { existsSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { readDoc, tableOf } from "../../../core/test/markdown.ts";
import { readEnvironmentExample } from "../../test/environment-example.ts";
import { KNOWN_NAMES } from "./known-names.ts";
import { EMULATOR_VARIABLE_NAMES, LATER_VARIABLES } from "./later-variables.ts";
import { loadConfig } from "./load-config.ts";
import { APP_NAMES } from "./variable.ts";
import type { Variable } from "./variable.ts";
import { VARIABLES } from "./variables.ts";

const PAGE = readDoc("configuration.md");
const EXAMPLE = readEnvironmentExample();
const OURS: readonly Variable[] = Object.values(VARIABLES);

/** The apps that are there: a name may be reserved for one that is not. */
const APPS = APP_NAMES.filter((app) =>
  existsSync(new URL(`../../../../apps/${app}`, import.meta.url)),
);

/** Rows by their first cell; rows without one only name a group. */
function rowsOf(header: readonly string[]): Record<string, readonly string[]> {
  const plain = (cell: string): string =>
    cell.replaceAll("`", "").replace(/\[(.*?)\]\(.*?\)/g, "$1");
  const rows = tableOf(PAGE, header).filter(([name]) => name !== "");
  return Object.fromEntries(rows.map(([name = "", ...cells]) => [name, cells.map(plain)]));
}

function readers({ apps }: Variable): string {
  const those = APPS.filter((app) => apps.includes(app));
  return those.length === APPS.length ? "all" : those.join(", ");
}

describe("docs/configuration.md", () => {
  const emulatorRows = rowsOf(["name", "default", "meaning"]);

  test("has every variable with its default, its readers and its meaning, and no other", () => {
    expect(rowsOf(["name", "default", "read by"])).toEqual(
      Object.fromEntries(
        OURS.map((variable) => [
          variable.name,
          [variable.defaultText ?? "none", readers(variable), variable.meaning],
        ]),
      ),
    );
  });

  test("has every variable of the emulator, and no other", () => {
    expect(Object.keys(emulatorRows)).toEqual(EMULATOR_VARIABLE_NAMES);
  });

  test("has every reserved name with the values that are let through, and no other", () => {
    expect(rowsOf(["name", "accepted values"])).toEqual(
      Object.fromEntries(
        LATER_VARIABLES.map(({ name, acceptedTexts }) => [
          name,
          [acceptedTexts.join(", ") || "none"],
        ]),
      ),
    );
  });

  test("mentions every name that a program of ours knows", () => {
    const named = new Set(PAGE.match(/`[A-Z][A-Z_]+`/g));
    const reserved = LATER_VARIABLES.map(({ name }) => `${name}_FILE`);
    const expected = KNOWN_NAMES.filter((name) => !reserved.includes(name));
    expect(expected.filter((name) => !named.has(`\`${name}\``))).toEqual([]);
  });

  test(".env.example gives the emulator's variables the same defaults and meanings", () => {
    const example = EXAMPLE.filter(({ name }) => EMULATOR_VARIABLE_NAMES.includes(name));
    const fromExample = example.map(({ name, value, comment }) => [
      name,
      [value || "none", comment.replace("docs/", "")],
    ]);
    expect(Object.fromEntries(fromExample)).toEqual(emulatorRows);
  });
});

describe(".env.example", () => {
  test("has every variable with its default and its meaning, and no other", () => {
    const listed = EXAMPLE.filter(({ name }) => !EMULATOR_VARIABLE_NAMES.includes(name));
    const byName = Object.fromEntries(
      listed.map(({ name, value, comment }) => [name, { value, comment }]),
    );
    expect(byName).toEqual(
      Object.fromEntries(
        OURS.map(({ name, defaultText, meaning }) => [
          name,
          { value: defaultText ?? "", comment: meaning },
        ]),
      ),
    );
    expect(new Set(EXAMPLE.map(({ name }) => name)).size).toBe(EXAMPLE.length);
  });

  test.each(APPS)("is a valid environment of the %s once the key is filled in", (app) => {
    const env = Object.fromEntries(EXAMPLE.map(({ name, value }) => [name, value]));
    const result = loadConfig(app, { ...env, APIDOT_API_KEY: "a-key" }, () => "");
    expect(result.ok ? [] : result.mistakes).toEqual([]);
  });
});
