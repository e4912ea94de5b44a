import { readFileSync } from "node:fs";

import { Command } from "commander";

import type { AddCommand, Start } from "./command-context.ts";
import { addCancel } from "./commands/cancel.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEstimate } from "./commands/estimate.ts";
import { addExplain } from "./commands/explain.ts";
import { addGet } from "./commands/get.ts";
import { addLanes } from "./commands/lanes.ts";
import { addList } from "./commands/list.ts";
import { addModels } from "./commands/models.ts";
import { addNotifySecret } from "./commands/notify-secret.ts";
import { addResolve } from "./commands/resolve.ts";
import { addRetry } from "./commands/retry.ts";
import { addSubmit } from "./commands/submit.ts";
import { addUp } from "./commands/up.ts";
import { addWatch } from "./commands/watch.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/** In the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addSubmit,
  addGet,
  addList,
  addWatch,
  addCancel,
  addExplain,
  addRetry,
  addResolve,
  addLanes,
  addEstimate,
  addModels,
  addNotifySecret,
  addUp,
  addDoctor,
];

/** Where commander writes help and versions; its errors are thrown instead. */
export interface ProgramOutput {
  readonly writeOut: (text: string) => void;
}

/** The name of the program in its help and on the command line. */
export const PROGRAM_NAME = "apidot-queue";

/** @returns the program with all of its commands; parsing throws `CommanderError` for every end. */
export function createProgram(start: Start, { writeOut }: ProgramOutput): Command {
  const program = new Command(PROGRAM_NAME)
    .description("Runs AI video generation on APIDot through a queue: submit, follow, list.")
    .configureOutput({ writeOut, writeErr: () => undefined, outputError: () => undefined })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .addHelpText("after", `\n${exitCodeLines().join("\n")}`)
    .addHelpText("after", "\nExamples of a command: apidot-queue <command> --help");
  for (const add of COMMANDS) add(program, start);
  const version = readVersion();
  for (const command of [program, ...program.commands]) {
    command.version(version, "-V, --version", "print the version");
    command.helpOption("-h, --help", "print this help");
  }
  program.helpCommand("help [command]", "print the help of a command");
  return program;
}

function exitCodeLines(): string[] {
  const rows = Object.values(EXIT_CODES).map(
    ({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`,
  );
  return ["Exit codes:", ...rows];
}

/** The manifest stands one folder above the sources and above what is built from them. */
function readVersion(): string {
  const manifest = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { readonly version: string };
  return manifest.version;
}
