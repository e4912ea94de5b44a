import type { Surroundings } from "../surroundings.ts";
import { createPaint, type Paint } from "./paint.ts";
import { safeJson } from "./printable.ts";

/**
 * Where a command writes. Results go to the standard output and nothing else does; progress, hints
 * and errors go to the error output. With `--json` the results are JSON documents, one a line.
 */
export interface Output {
  readonly isJson: boolean;
  /** Paints for the standard output. */
  readonly paint: Paint;
  /** Paints for the error output. */
  readonly paintNote: Paint;
  /** A line of the result, for people; with `--json` nothing. Its parts were made printable. */
  readonly line: (text: string) => void;
  /** The result, for programs; without `--json` nothing. */
  readonly document: (value: unknown) => void;
  /** A line beside the result. */
  readonly note: (text: string) => void;
}

/** @returns the output of one run of a command. */
export function createOutput(
  { stdout, stderr, env }: Pick<Surroundings, "stdout" | "stderr" | "env">,
  isJson: boolean,
): Output {
  return {
    isJson,
    paint: createPaint(stdout, env),
    paintNote: createPaint(stderr, env),
    line: (text) => void (isJson || stdout.write(`${text}\n`)),
    document: (value) => void (isJson && stdout.write(`${safeJson(value)}\n`)),
    note: (text) => void stderr.write(`${text}\n`),
  };
}
