import { ConfigurationError } from "../config/configuration-error.ts";
import { formatMistake } from "../config/variable.ts";
import { createLogger } from "../logs/logger.ts";
import type { Logger } from "../logs/logger.ts";
import { EXIT_CONFIGURATION, EXIT_FAILURE, EXIT_OK } from "./exit-code.ts";

/** What an app gives back once it runs. Several of them can run in one process. */
export interface RunningApp {
  /** Drains and resolves when nothing is left to do. Rejects when that did not come to its end. */
  stop(): Promise<void>;
}

/** The part of a process that running an app needs. */
export interface AppProcess {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
  writeLine(line: string): void;
}

/** What {@link runApp} runs. */
export interface RunAppOptions {
  readonly name: string;
  /** Builds and starts everything. Nothing of the app may run before or outside of it. */
  readonly start: () => Promise<RunningApp>;
  /** @defaultValue one at level info */
  readonly logger?: Logger;
  /** @defaultValue the real process */
  readonly process?: AppProcess;
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

const REAL_PROCESS: AppProcess = {
  on: (event, listener) => process.on(event, listener),
  off: (event, listener) => process.off(event, listener),
  exit: (code) => process.exit(code),
  writeLine: (line) => process.stderr.write(`${line}\n`),
};

/**
 * Runs an app as the main thing of its process, and is called by a `main.ts` only. The first
 * SIGTERM or SIGINT drains it, also while it starts, and exits 0; a second one exits 1 at once. A
 * mistake in the configuration exits 78 with one line per mistake; anything unexpected is logged
 * and exits 1.
 *
 * @returns when the exit code is decided; the real process has ended by then
 */
export function runApp(options: RunAppOptions): Promise<void> {
  const { name, start, process: host = REAL_PROCESS } = options;
  const logger = options.logger ?? createLogger({ app: name });

  return new Promise((resolve) => {
    const stopRequested = new AbortController();

    let hasExited = false;
    const exit = (code: number): void => {
      if (hasExited) return;
      hasExited = true;
      for (const [event, listener] of listeners) host.off(event, listener);
      host.exit(code);
      resolve();
    };
    const onSignal = (signal: unknown): void => {
      if (stopRequested.signal.aborted) {
        logger.warn({ signal: String(signal) }, "second signal, exiting at once");
        exit(EXIT_FAILURE);
        return;
      }
      logger.info({ signal: String(signal) }, "draining");
      stopRequested.abort();
    };
    const onUnexpected = (error: unknown): void => {
      logger.fatal({ error }, "unexpected error, exiting");
      exit(EXIT_FAILURE);
    };
    const listeners: [string, (...args: unknown[]) => void][] = [
      ...SIGNALS.map((signal): [string, (...args: unknown[]) => void] => [signal, onSignal]),
      ["uncaughtException", onUnexpected],
      ["unhandledRejection", onUnexpected],
    ];
    for (const [event, listener] of listeners) host.on(event, listener);

    const run = async (): Promise<number> => {
      let app: RunningApp;
      try {
        app = await start();
      } catch (error) {
        return startFailed(error, logger, host);
      }
      await aborted(stopRequested.signal);
      try {
        await app.stop();
      } catch (error) {
        logger.error({ error }, "stop failed");
        return EXIT_FAILURE;
      }
      logger.info({}, "stopped");
      return EXIT_OK;
    };
    run().then(exit, onUnexpected);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}

function startFailed(error: unknown, logger: Logger, host: AppProcess): number {
  if (error instanceof ConfigurationError) {
    for (const mistake of error.mistakes) host.writeLine(formatMistake(mistake));
    return EXIT_CONFIGURATION;
  }
  logger.fatal({ error }, "start failed");
  return EXIT_FAILURE;
}
