import { ConfigurationError, formatMistake, PrivateRedisError } from "@apidot-queue/runtime";
import { CommanderError } from "commander";

import { CliError } from "./cli-error.ts";
import type { Start } from "./command-context.ts";
import { type ExitClass, exitCodeOf } from "./exit-codes.ts";
import { createOutput, type Output } from "./output/output.ts";
import { printable } from "./output/printable.ts";
import { createProgram, PROGRAM_NAME } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Runs one command line to its end. Never throws.
 *
 * @param args - without the program itself
 * @returns the exit code
 */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitClass: ExitClass = "ok";
  const start: Start = async (flags, run) => {
    const output = createOutput(surroundings, flags.json === true);
    exitClass = await run({ surroundings, output });
  };
  const writeOut = (text: string): void => void surroundings.stdout.write(text);
  try {
    const program = createProgram(start, { writeOut });
    if (args.length === 0) throw new CliError("usage", "no command was given");
    await program.parseAsync(args, { from: "user" });
    return exitCodeOf(exitClass);
  } catch (error) {
    const told = fromUnknown(error);
    if (told === null) return exitCodeOf("ok");
    // Flags may be what could not be read, so this one is looked for by itself.
    tell(told, createOutput(surroundings, args.includes("--json")));
    return exitCodeOf(told.exitClass);
  }
}

/** Whatever was thrown, as an error with a class; null for help and versions, which were printed. */
function fromUnknown(error: unknown): CliError | null {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return null;
    const [first = "", ...rest] = error.message.split("\n");
    const advice = rest.map((line) => line.replace(/^\((.*)\)$/, "$1"));
    return new CliError("usage", first.replace(/^error: /, ""), { advice, cause: error });
  }
  if (error instanceof ConfigurationError) {
    const mistakes = error.mistakes.map(({ name, problem }) => ({
      label: name,
      pointer: "",
      code: "configuration",
      message: problem,
    }));
    const [first] = error.mistakes;
    const only = error.mistakes.length === 1 && first !== undefined;
    return new CliError("configuration", only ? formatMistake(first) : "the environment is wrong", {
      wrong: only ? [] : mistakes,
      cause: error,
    });
  }
  if (error instanceof PrivateRedisError) {
    return new CliError("configuration", error.message, { cause: error });
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : "something was thrown";
  return new CliError("internal", what, { cause: error });
}

/** People read lines on the error output; programs read a document on the standard output. */
function tell(error: CliError, output: Output): void {
  const { message, exitClass, details } = error;
  const { wrong = [], advice = [], idempotencyKey, generationId } = details;
  const red = output.paintNote("red", "error:");
  // A stack trace has lines of its own; every other message is one.
  output.note(`${red} ${message.split("\n").map(printable).join("\n")}`);
  for (const { label, message: problem } of wrong) output.note(`  ${label}: ${problem}`);
  if (idempotencyKey !== undefined) output.note(`  idempotency key: ${printable(idempotencyKey)}`);
  for (const line of advice) output.note(`  ${printable(line)}`);
  if (exitClass === "usage") output.note(`  see ${PROGRAM_NAME} --help`);
  output.document({
    error: {
      code: exitClass,
      exit_code: exitCodeOf(exitClass),
      message,
      ...(wrong.length === 0 ? {} : { errors: wrong }),
      ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
      ...(generationId === undefined ? {} : { generation_id: generationId }),
    },
  });
}
