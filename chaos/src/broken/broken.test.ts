import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { BREAKABLE_RULES } from "../settings.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

function runChaos(env: Readonly<Record<string, string>>): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN],
      { env: { PATH: process.env["PATH"] ?? "", ...env } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
        resolve({ code, text: stdout + stderr });
      },
    );
  });
}

it.each(BREAKABLE_RULES)(
  "with the rule broken by %s, the books do not balance and the exit code is 1",
  async (rule) => {
    const { code, text } = await runChaos({
      CHAOS_BREAK: rule,
      CHAOS_VARIANT: "hold",
      // It ends with the first second payment: this is for a machine on which few kills fall in.
      CHAOS_MINUTES: "3",
    });
    const [, folder] = /are kept in (\S+)/.exec(text) ?? [];
    if (folder !== undefined) await rm(folder, { recursive: true });
    expect(text).toContain("THE BOOKS DO NOT BALANCE");
    expect(text).toMatch(/paid twice against the promise: default_\w+ was paid for a 2\. time/);
    expect(code).toBe(1);
  },
  480_000,
);
