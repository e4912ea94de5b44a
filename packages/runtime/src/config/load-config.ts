import { readFileSync } from "node:fs";

import { EXIT_CONFIGURATION } from "../process/exit-code.ts";
import type { RedisTarget } from "@apidot-queue/redis";
import { readEnvironment } from "./read-environment.ts";
import type { Environment, ReadFile } from "./read-environment.ts";
import { findContradictions, findMisspelt, findUnsupported } from "./rules.ts";
import { formatMistake } from "./variable.ts";
import type { AppName, Mistake, Variable } from "./variable.ts";
import { VARIABLES } from "./variables.ts";
import type { ConfigOf } from "./variables.ts";

/** The configuration of one app. */
export type Config<A extends AppName> = ConfigOf<A> & {
  /** The names of the variables that somebody set, as opposed to defaults. */
  readonly given: ReadonlySet<string>;
};

/** A configuration, or everything that is wrong with it. */
export type ConfigResult<A extends AppName> =
  | { readonly ok: true; readonly config: Config<A> }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/**
 * The configuration of `app` from an environment. Variables of other apps are not read; names that
 * are misspelt or not supported yet are mistakes in every app.
 */
export function loadConfig<A extends AppName>(
  app: A,
  env: Environment,
  readFile: ReadFile,
): ConfigResult<A> {
  const spec = variablesOf(app);
  const { values, given, mistakes } = readEnvironment(env, spec, app, readFile);
  const all = [
    ...mistakes,
    ...findContradictions(values, given),
    ...findUnsupported(env),
    ...findMisspelt(env),
  ];
  if (all.length > 0) return { ok: false, mistakes: all };
  return { ok: true, config: { ...values, given } as unknown as Config<A> };
}

/** @returns the variables that `app` reads, by their keys in its configuration. */
export function variablesOf(app: AppName): Record<string, Variable> {
  const entries = Object.entries<Variable>(VARIABLES);
  return Object.fromEntries(entries.filter(([, variable]) => variable.apps.includes(app)));
}

/** Where {@link loadConfigOrExit} reads and writes. @defaultValue the real process */
export interface ConfigSurroundings {
  readonly env: Environment;
  readonly readFile: ReadFile;
  /** Gets one line, without its end. */
  readonly writeLine: (line: string) => void;
  readonly exit: (code: number) => never;
}

const PROCESS: ConfigSurroundings = {
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
  writeLine: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
};

/**
 * The configuration of `app`; when something is wrong with it, one line per mistake goes to the
 * error output and the process exits with 78.
 */
export function loadConfigOrExit<A extends AppName>(
  app: A,
  surroundings: Partial<ConfigSurroundings> = {},
): Config<A> {
  const { env, readFile, writeLine, exit } = { ...PROCESS, ...surroundings };
  const result = loadConfig(app, env, readFile);
  if (result.ok) return result.config;
  for (const mistake of result.mistakes) writeLine(formatMistake(mistake));
  return exit(EXIT_CONFIGURATION);
}

/** @returns the secrets that a configuration holds, for the logger to keep out of its lines. */
export function secretsOf(config: {
  readonly apiKey?: string | null;
  readonly redis?: RedisTarget;
  readonly callbackSecrets?: readonly { readonly secret: string }[] | null;
  readonly notifySecrets?: readonly string[] | null;
}): readonly string[] {
  const { apiKey, redis, callbackSecrets, notifySecrets } = config;
  const secrets = [
    apiKey,
    redis?.password,
    ...(callbackSecrets ?? []).map(({ secret }) => secret),
    ...(notifySecrets ?? []),
  ];
  return secrets.filter((secret) => typeof secret === "string");
}
