import { type Catalog, CATALOG, type ValidateOptions } from "@apidot-queue/core";
import { ConfigurationError, readEnvironment, VARIABLES } from "@apidot-queue/runtime";
import type { Command } from "commander";

import type { ExitClass } from "./exit-codes.ts";
import { findGateway } from "./gateway/address.ts";
import { type Gateway, openGateway } from "./gateway/gateway.ts";
import type { Output } from "./output/output.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a running command works with. */
export interface CommandContext {
  readonly surroundings: Surroundings;
  readonly output: Output;
}

/**
 * Runs the body of a command once its flags are read. It takes care of the output, and keeps the
 * class with which the program ends.
 */
export type Start = (
  flags: { readonly json?: boolean },
  run: (context: CommandContext) => Promise<ExitClass>,
) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, start: Start) => void;

/** The flag of every command that calls the gateway. */
export const URL_FLAG = [
  "--url <url>",
  "the gateway (default: APIDOT_QUEUE_URL, else HOST and PORT)",
] as const;

/** The flag of every command that has a result. */
export const JSON_FLAG = [
  "--json",
  "the result as one JSON document on the standard output",
] as const;

/**
 * @param flag - the text of `--url`
 * @throws {CliError} and {@link ConfigurationError} when there is no usable address
 */
export function connectGateway(
  flag: string | undefined,
  surroundings: Surroundings,
): { readonly gateway: Gateway; readonly rules: Required<ValidateOptions> } {
  const { env, readFile, fetch, time } = surroundings;
  const { url, token, rules } = findGateway(flag, env, readFile);
  return { gateway: openGateway({ url, token, fetch, time }), rules };
}

/**
 * The catalog of a command that calls nobody.
 *
 * @throws {ConfigurationError} naming what is wrong with CATALOG_FILE
 */
export function catalogOf({ env, readFile }: Surroundings): Catalog {
  const { catalog } = VARIABLES;
  const reading = readEnvironment(env, { catalog }, "cli", readFile);
  if (reading.mistakes.length > 0) throw new ConfigurationError(reading.mistakes);
  return reading.values.catalog ?? CATALOG;
}

/** The text behind a command's help. */
export function examples(...lines: readonly string[]): string {
  const list = lines.map((line) => `  $ apidot-queue ${line}`);
  return ["", "Examples:", ...list, "", "Exit codes: apidot-queue --help"].join("\n");
}
