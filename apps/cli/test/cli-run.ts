import { exitCodeOf } from "../src/exit-codes.ts";
import { runCli } from "../src/run-cli.ts";
import type { StopSignal, Surroundings } from "../src/surroundings.ts";

/** A request as the command line sent it. */
interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly redirect: string;
}

/** What stands in for the world. */
export interface CliWorld {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What a person answers; without it there is no terminal to ask at. */
  readonly reply?: string;
  /** One answer for each request, in their order; the last one stays. */
  readonly answers?: readonly (Response | Error | ((request: SentRequest) => Response))[];
  /** Called before each request is answered: the place to send a signal. */
  readonly onRequest?: (count: number, signal: (name: StopSignal) => void) => void;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How a run ended. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly SentRequest[];
  /** What a person was asked. */
  readonly questions: readonly string[];
  /** Milliseconds, in their order. */
  readonly pauses: readonly number[];
}

/** Runs a command line in this process, with a clock that moves by its pauses alone. */
export async function runInProcess(args: readonly string[], world: CliWorld = {}): Promise<CliRun> {
  const { env = {}, files = {}, stdin = "", answers = [], isTTY = false, columns } = world;
  const requests: SentRequest[] = [];
  const pauses: number[] = [];
  const questions: string[] = [];
  const listeners = new Set<(signal: StopSignal) => void>();
  let clock = 1_000;
  let [stdout, stderr] = ["", ""];

  const send = (name: StopSignal): void => {
    for (const listener of listeners) listener(name);
  };
  const fakeFetch = (url: string, init: RequestInit): Promise<Response> => {
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const headers = new Headers(init.headers);
    const redirect = init.redirect ?? "follow";
    const request = { method: init.method ?? "GET", url, headers, body, redirect };
    requests.push(request);
    world.onRequest?.(requests.length, send);
    if (init.signal?.aborted === true) return Promise.reject(new Error("aborted"));
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer === undefined) return Promise.reject(new Error("no answer was prepared"));
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(typeof answer === "function" ? answer(request) : answer.clone());
  };
  const surroundings: Surroundings = {
    stdout: { write: (text) => (stdout += text), isTTY, columns },
    stderr: { write: (text) => (stderr += text), isTTY, columns },
    env,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error("none"), { code: "ENOENT" });
      return text;
    },
    readStdin: () => Promise.resolve(stdin),
    ask: (question) => {
      if (world.reply === undefined) return Promise.resolve(null);
      questions.push(question);
      return Promise.resolve(world.reply);
    },
    fetch: fakeFetch as typeof fetch,
    now: () => clock,
    time: () => clock,
    pause: (ms) => {
      pauses.push(ms);
      clock += ms;
      return Promise.resolve();
    },
    signals: {
      on: (_, listener) => listeners.add(listener),
      off: (_, listener) => listeners.delete(listener),
    },
    exit: (code) => {
      throw new Error(`ended at once with ${code}`);
    },
  };
  const code = await runCli(args, surroundings);
  if (listeners.size > 0) throw new Error("the signals were not given back");
  return { code, stdout, stderr, requests, questions, pauses };
}

/** @returns the JSON documents on the standard output; it must hold nothing else. */
export function documentsOf({ stdout }: Pick<CliRun, "stdout">): unknown[] {
  return stdout
    .split("\n")
    .filter((line, index, lines) => line !== "" || index < lines.length - 1)
    .map((line) => JSON.parse(line) as unknown);
}

/** The codes by their class, for tests that compare numbers. */
export const CODE = {
  ok: exitCodeOf("ok"),
  unsuccessful: exitCodeOf("unsuccessful"),
  usage: exitCodeOf("usage"),
  invalid: exitCodeOf("invalid"),
  notFound: exitCodeOf("notFound"),
  held: exitCodeOf("held"),
  unavailable: exitCodeOf("unavailable"),
  waitTimedOut: exitCodeOf("waitTimedOut"),
  unknown: exitCodeOf("unknown"),
  refused: exitCodeOf("refused"),
  configuration: exitCodeOf("configuration"),
  interrupted: exitCodeOf("interrupted"),
  terminated: exitCodeOf("terminated"),
};
