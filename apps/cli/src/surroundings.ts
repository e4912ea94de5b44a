import type { Environment, ReadFile } from "@apidot-queue/runtime";

/** A stream that text is written to; of a terminal also its width. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Hears of the signals that end a program; each listener is called with the signal's name. */
interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

/** @see SignalSource */
export type StopSignal = "SIGINT" | "SIGTERM";

/** Everything that the program touches outside of itself, so that tests can stand in for it. */
export interface Surroundings {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Environment;
  /** Reads a file as UTF-8. Throws when it cannot. */
  readonly readFile: ReadFile;
  /** Everything that comes on the standard input, as UTF-8. */
  readonly readStdin: () => Promise<string>;
  /** Asks a person one question. Null where there is no terminal to ask at, or no answer. */
  readonly ask: (question: string) => Promise<string | null>;
  readonly fetch: typeof fetch;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** Milliseconds since the epoch, by the wall clock. */
  readonly time: () => number;
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signals: SignalSource;
  /** Ends the process at once: only for a second Ctrl-C. */
  readonly exit: (code: number) => void;
}
