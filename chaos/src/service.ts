import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One process of the installation, and the ones that come after it when it is killed. */
export interface Service {
  readonly name: string;
  /** Starts it and waits until it prints that it is ready. */
  start(): Promise<void>;
  /** SIGKILL, and another one in its place; resolves when that is ready. */
  killAndReplace(): Promise<void>;
  /** SIGTERM. @returns the exit code, or the signal that ended it */
  stop(): Promise<number | string>;
  /** Whether it is up, and not being replaced. */
  isReady(): boolean;
  /** How long the last start took until it was ready, milliseconds. */
  bootMs(): number;
  /** What matched the pattern of readiness in the last start. */
  readyText(): string;
}

/** How a service is started. */
export interface ServiceOptions {
  readonly name: string;
  /** The app's folder below `apps`. */
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it prints when it is ready. */
  readonly ready: RegExp;
  /** The file that its output is appended to. */
  readonly logFile: string;
  /** A module that is loaded before the app. */
  readonly preload?: string;
}

/** @returns a service that has not been started yet. */
export function createService(options: ServiceOptions): Service {
  const { name, app, env, ready, logFile, preload } = options;
  const log = createWriteStream(logFile, { flags: "a" });
  let child: ChildProcess | null = null;
  let ended: Promise<number | string> = Promise.resolve(0);
  let bootMs = 0;
  let readyText = "";
  let isUp = false;

  const start = async (): Promise<void> => {
    const startedAt = performance.now();
    const started = spawn(
      process.execPath,
      [...(preload === undefined ? [] : ["--import", preload]), `apps/${app}/dist/main.js`],
      {
        cwd: ROOT,
        // Nothing of the surroundings: a run must not meet a real key.
        env: { PATH: process.env["PATH"] ?? "", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    child = started;
    ended = new Promise((resolve) => {
      started.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
    });
    readyText = await new Promise<string>((resolve, reject) => {
      let isTold = false;
      let output = "";
      const look = (text: Buffer): void => {
        log.write(text);
        if (isTold) return;
        output += text.toString();
        const match = ready.exec(output);
        if (match === null) return;
        isTold = true;
        resolve(match[1] ?? match[0]);
      };
      started.stdout.on("data", look);
      started.stderr.on("data", look);
      started.once("exit", (code) => {
        reject(new Error(`${name} ended with ${code} before it was ready; see ${logFile}`));
      });
    });
    bootMs = performance.now() - startedAt;
    isUp = true;
  };

  return {
    name,
    start,
    isReady: () => isUp,
    bootMs: () => bootMs,
    readyText: () => readyText,
    killAndReplace: async () => {
      isUp = false;
      child?.kill("SIGKILL");
      await ended;
      await start();
    },
    stop: async () => {
      child?.kill("SIGTERM");
      return ended;
    },
  };
}
