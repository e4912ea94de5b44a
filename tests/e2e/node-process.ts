import { spawn } from "node:child_process";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of ours in a process of its own. */
export interface NodeProcess {
  readonly name: string;
  readonly pid: number;
  /** False once it has ended, for whatever reason. */
  isRunning(): boolean;
  /** Everything that it wrote so far, to both outputs. */
  output(): string;
  /** The part of it that went to the error output. */
  errorOutput(): string;
  /** The first match in the output. @throws {Error} with the output, when it ends without one */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended and all of its output was read. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<ProcessEnd>;
}

/** The root folder of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Nothing of the surroundings but where programs are: a test must not meet a real key. */
const SURROUNDINGS = {
  PATH: process.env["PATH"] ?? "",
  REDIS_SERVER_BIN: process.env["REDIS_SERVER_BIN"] ?? "",
};

/**
 * Starts `node <script>` with this environment and no other, in the repository's root. It is killed
 * at the end of the test if it still runs, so call this within a test.
 *
 * @param script - relative to the repository's root
 * @param cwd - where it runs. @defaultValue the repository's root
 */
export function startNode(
  script: string,
  env: Readonly<Record<string, string>>,
  name = script,
  cwd = ROOT,
): NodeProcess {
  return startProgram(process.execPath, script, env, name, cwd);
}

/** The same for a script of another program, which is looked for on the PATH. */
export function startProgram(
  program: string,
  script: string,
  env: Readonly<Record<string, string>>,
  name = script,
  cwd = ROOT,
  args: readonly string[] = [],
): NodeProcess {
  const child = spawn(program, [resolvePath(ROOT, script), ...args], {
    cwd,
    env: { ...SURROUNDINGS, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errorOutput = "";
  let hasEnded = false;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    changed();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    errorOutput += text;
    changed();
  });
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      hasEnded = true;
      resolve({ code, signal });
      changed();
    });
  });
  onTestFinished(async () => {
    if (!hasEnded) child.kill("SIGKILL");
    await ended;
  });

  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (match === null && !hasEnded) return;
        listeners.delete(look);
        if (match !== null) resolve(match);
        else reject(new Error(`${name} ended without printing ${pattern}. It printed: ${output}`));
      };
      listeners.add(look);
      look();
    });

  return {
    name,
    pid: child.pid ?? 0,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => output,
    errorOutput: () => errorOutput,
    printed,
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Asks each of them to stop at the same moment, and waits for all. */
export async function endAll(
  processes: readonly NodeProcess[],
  signal: NodeJS.Signals,
): Promise<Record<string, ProcessEnd>> {
  const ends = processes.map(async (one) => [one.name, await one.end(signal)] as const);
  return Object.fromEntries(await Promise.all(ends));
}
