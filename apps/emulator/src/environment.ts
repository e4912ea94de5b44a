import type { EmulatorOptions } from "./emulator.ts";
import { FaultRulesError, parseFaultRules } from "./faults/parse-fault-rules.ts";
import { findMisspelt } from "./misspelt.ts";

/** The variables that the emulator reads. */
const VARIABLES = [
  "HOST",
  "EMULATOR_PORT",
  "EMULATOR_KEYS",
  "EMULATOR_CREDITS",
  "EMULATOR_SEED",
  "EMULATOR_SPEED",
  "EMULATOR_FAULTS",
  "EMULATOR_LEDGER",
] as const;

/** Options, or every mistake on a line of its own. */
export type EnvironmentReading =
  | { readonly ok: true; readonly options: EmulatorOptions }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const DEFAULT_PORT = 8788;

/** Reads the configuration. An empty variable is an unset one. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): EnvironmentReading {
  const mistakes = findMisspelt(Object.keys(env), VARIABLES);
  const text = (name: (typeof VARIABLES)[number]): string | undefined => env[name] || undefined;
  const number = (
    name: (typeof VARIABLES)[number],
    must: string,
    isValid: (value: number) => boolean,
  ): number | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    const value = /^-?\d+(?:\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
    if (isValid(value)) return value;
    mistakes.push(`${name}: must be ${must}`);
    return undefined;
  };

  const port = number("EMULATOR_PORT", "a port from 0 to 65535", isWithin(0, 65_535));
  const credits = number(
    "EMULATOR_CREDITS",
    "a number of credits, 0 or more",
    (value) => value >= 0,
  );
  const seed = number("EMULATOR_SEED", "a whole number, 0 or more", isWithin(0, 2 ** 53 - 1));
  const speed = number("EMULATOR_SPEED", "a number above 0", (value) => value > 0);
  const keys = (text("EMULATOR_KEYS") ?? "").split(",").map((key) => key.trim());
  if (keys.length > 1 && keys.includes("")) mistakes.push("EMULATOR_KEYS: has an empty entry");
  if (keys.some((key) => /\s/.test(key))) mistakes.push("EMULATOR_KEYS: a key has no spaces");
  const faults = readFaults(text("EMULATOR_FAULTS"), mistakes);
  const host = text("HOST");
  const ledgerFile = text("EMULATOR_LEDGER");

  if (mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    options: {
      port: port ?? DEFAULT_PORT,
      keys: keys.filter((key) => key !== ""),
      faults,
      ...(host === undefined ? {} : { host }),
      ...(credits === undefined ? {} : { credits }),
      ...(seed === undefined ? {} : { seed }),
      ...(speed === undefined ? {} : { speed }),
      ...(ledgerFile === undefined ? {} : { ledgerFile }),
    },
  };
}

function readFaults(
  json: string | undefined,
  mistakes: string[],
): NonNullable<EmulatorOptions["faults"]> {
  if (json === undefined) return [];
  try {
    return parseFaultRules(JSON.parse(json));
  } catch (error) {
    const lines = error instanceof FaultRulesError ? error.mistakes : ["is not JSON"];
    mistakes.push(...lines.map((line) => `EMULATOR_FAULTS: ${line}`));
    return [];
  }
}

function isWithin(min: number, max: number): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= min && value <= max;
}
