import { VARIABLES } from "@apidot-queue/runtime";
import { describe, expect, test } from "vitest";

import { readDoc, tableOf } from "../../../packages/core/test/markdown.ts";
import { runInProcess } from "../test/cli-run.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

const PAGE = readDoc("cli.md");
const PROGRAM = createProgram(() => Promise.resolve(), { writeOut: () => undefined });
const NAMES = PROGRAM.commands.map((command) => command.name());

/** The command lines of the page's and of the help's examples. */
function examplesIn(text: string): string[] {
  return [...text.matchAll(/^(?: *\$ |url=\$\()?apidot-queue (.*?)\)?$/gm)].map(
    ([, line = ""]) => line,
  );
}

describe("docs/cli.md", () => {
  test("has every command with what its help says, and no other", () => {
    expect(tableOf(PAGE, ["command", "does"])).toEqual(
      PROGRAM.commands.map((command) => [command.name(), command.description()]),
    );
  });

  test("has every exit code with its class and meaning, and no other", () => {
    expect(tableOf(PAGE, ["code", "class", "meaning"])).toEqual(
      Object.entries(EXIT_CODES).map(([name, { code, meaning }]) => [String(code), name, meaning]),
    );
  });

  test("has every variable that the command line reads, and no other", () => {
    const rows = tableOf(PAGE, ["name", "meaning"]).map(([name, meaning = ""]) => [
      name,
      meaning.replaceAll("`", ""),
    ]);
    const read = Object.values(VARIABLES).filter(({ apps }) =>
      (apps as readonly string[]).includes("cli"),
    );
    expect(rows).toEqual(read.map(({ name, meaning }) => [name, meaning]));
  });

  test("has an example of every command, and uses no flag that does not exist", () => {
    const lines = examplesIn(PAGE);
    expect(new Set(lines.map((line) => line.split(" ")[0]))).toEqual(new Set(NAMES));
    for (const line of lines) {
      const command = PROGRAM.commands.find((one) => one.name() === line.split(" ")[0]);
      const known = command?.options.map(({ long }) => long) ?? [];
      expect(known, line).toEqual(expect.arrayContaining(line.match(/--[a-z-]+/g) ?? []));
    }
  });
});

describe("the help", () => {
  test("has every command and every exit code", async () => {
    const { code, stdout } = await runInProcess(["--help"]);
    expect(code).toBe(0);
    for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    for (const { code: number, meaning } of Object.values(EXIT_CODES)) {
      expect(stdout).toMatch(
        new RegExp(`^  ${number} +${meaning.replace(/[.()]/g, "\\$&")}$`, "m"),
      );
    }
  });

  test.each(NAMES)("of %s has an example, and the command knows its version", async (name) => {
    const help = await runInProcess([name, "--help"]);
    expect(help.code).toBe(0);
    expect(examplesIn(help.stdout).some((line) => line.split(" ")[0] === name)).toBe(true);
    const version = await runInProcess([name, "--version"]);
    expect([version.code, version.stderr]).toEqual([0, ""]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test("exit codes are distinct and fit a process", () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code >= 0 && code <= 255)).toBe(true);
});
