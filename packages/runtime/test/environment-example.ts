import { readFileSync } from "node:fs";

/** One assignment of `.env.example`, and the sentence above it. */
export interface ExampleLine {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** @returns a file at the root of the repository. */
export function readRootFile(name: string): string {
  return readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");
}

/** The assignments of `.env.example`, commented out or not. */
export function readEnvironmentExample(): readonly ExampleLine[] {
  return readRootFile(".env.example")
    .split("\n\n")
    .flatMap((block) => {
      const lines = block.trim().split("\n");
      const [, name, value] = /^(?:# )?([A-Z][A-Z_]+)=(.*)$/.exec(lines.pop() ?? "") ?? [];
      if (name === undefined || value === undefined) return [];
      const comment = lines.map((line) => line.replace(/^# /, "")).join(" ");
      return [{ name, value, comment }];
    });
}
