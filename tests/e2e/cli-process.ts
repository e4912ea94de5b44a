import { spawn } from "node:child_process";

import { onTestFinished } from "vitest";

import { ROOT } from "./node-process.ts";

/** A command line in a process of its own, and what it came to. */
export interface CliProcess {
  readonly pid: number;
  /** Everything on the standard output so far. */
  stdout(): string;
  /** Everything on the error output so far. */
  stderr(): string;
  /** The first match in one of the outputs. @throws {Error} when it ends without */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code, once everything was read; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What a reader that has read enough does. */
  closeStdout(): void;
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts `apidot-queue` with this environment and no other. It is killed at the end of the test if
 * it still runs, so call this within a test.
 */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, ["apps/cli/dist/main.js", ...args], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  let hasEnded = false;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    changed();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      hasEnded = true;
      resolve(code);
      changed();
    });
  });
  onTestFinished(async () => {
    if (!hasEnded) child.kill("SIGKILL");
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (match === null && !hasEnded) return;
          listeners.delete(look);
          if (match === null) reject(new Error(`ended without ${pattern}: ${stdout}${stderr}`));
          else resolve(match);
        };
        listeners.add(look);
        look();
      }),
    ended,
    closeStdout: () => void child.stdout.destroy(),
    signal: (name) => void child.kill(name),
  };
}

/** How a command line ended. */
export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line to its end. */
export async function runCliProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliEnd> {
  const cli = startCli(args, env);
  const code = await cli.ended;
  return { code, stdout: cli.stdout(), stderr: cli.stderr() };
}

/** @returns the JSON documents of an output that must hold nothing else, one a line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  if (!stdout.endsWith("\n")) throw new Error(`no whole lines: ${stdout}`);
  const lines = stdout.slice(0, -1).split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
