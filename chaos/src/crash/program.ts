import { type ChildProcess, spawn } from "node:child_process";

/** A program of the crash points in a process of its own. */
export interface Program {
  /** Resolves when the line is printed. @throws {Error} with the output, when it is not */
  printed(line: string): Promise<void>;
  /** How it ended: its exit code or the signal. */
  readonly ended: Promise<number | string>;
  /** Asks it to stop. */
  stop(): Promise<number | string>;
  output(): string;
}

/** Whoever has not printed its line by then does not reach it: the code has moved on. */
const PRINT_LIMIT_MS = 60_000;

const GATEWAY = new URL("../../../apps/gateway/dist/main.js", import.meta.url);

/** Starts a compiled program beside this one, with this environment and no other. */
export function startProgram(
  name: "fleet-program" | "producer-program" | "gateway",
  env: Readonly<Record<string, string>>,
  preload?: "crash-hook",
): Program {
  const path = (file: string): string =>
    file === "gateway" ? GATEWAY.href : new URL(`./${file}.js`, import.meta.url).href;
  const child: ChildProcess = spawn(
    process.execPath,
    [...(preload === undefined ? [] : ["--import", path(preload)]), new URL(path(name)).pathname],
    { env: { PATH: process.env["PATH"] ?? "", ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  const looks = new Set<() => void>();
  const look = (text: Buffer): void => {
    output += text.toString();
    for (const one of looks) one();
  };
  child.stdout?.on("data", look);
  child.stderr?.on("data", look);
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return {
    ended,
    output: () => output,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
    printed: (line) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (output.split("\n").includes(line)) resolve();
        };
        looks.add(check);
        check();
        const tooLate = (end: number | string): void => {
          check();
          reject(new Error(`ended with ${end} instead of "${line}": ${output}`));
        };
        void ended.then(tooLate);
        setTimeout(tooLate, PRINT_LIMIT_MS, "no line").unref();
      }),
  };
}
