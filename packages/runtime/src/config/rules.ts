import type { Surface } from "./callback-parsers.ts";
import { KNOWN_NAMES } from "./known-names.ts";
import { LATER_VARIABLES } from "./later-variables.ts";
import { isLoopbackHost } from "./loopback.ts";
import { probablyMeant } from "./misspelling.ts";
import type { Environment } from "./read-environment.ts";
import type { Mistake } from "./variable.ts";

/** @returns a mistake for every variable that asks for something this version cannot do. */
export function findUnsupported(env: Environment): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const { name, acceptedTexts, isSecret } of LATER_VARIABLES) {
    const text = env[name] ?? "";
    if (text !== "" && !acceptedTexts.includes(text))
      mistakes.push(unsupported(name, acceptedTexts));
    const fileName = `${name}_FILE`;
    if (isSecret && (env[fileName] ?? "") !== "") mistakes.push(unsupported(fileName, []));
  }
  return mistakes;
}

function unsupported(name: string, acceptedTexts: readonly string[]): Mistake {
  const what = acceptedTexts.length === 0 ? "" : ` at any value but ${acceptedTexts.join(", ")}`;
  return { name, problem: `is not supported by this version yet${what}` };
}

/** @returns a mistake for every name that looks like a misspelt one of ours. */
export function findMisspelt(env: Environment): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || text === "") continue;
    const meant = probablyMeant(name, KNOWN_NAMES);
    if (meant !== null) mistakes.push({ name, problem: `is not known: did you mean ${meant}?` });
  }
  return mistakes;
}

/** The values that two variables, or a variable and a missing feature, decide together. */
export interface CombinedValues {
  readonly host?: string | null;
  readonly surfaces?: readonly Surface[] | null;
  readonly gatewayTokens?: readonly unknown[] | null;
  readonly pollCapMs?: number | null;
  readonly pollMinMs?: number | null;
}

/**
 * The rules that a single parser cannot hold. Of the poll intervals only a contradiction that
 * somebody wrote down is refused: a default must never turn one changed variable into a mistake.
 */
export function findContradictions(values: CombinedValues, given: ReadonlySet<string>): Mistake[] {
  const mistakes: Mistake[] = [];
  const { host, gatewayTokens = null, pollCapMs, pollMinMs } = values;
  const areCallbacksAll = values.surfaces?.join() === "callbacks";
  const isOpen = gatewayTokens === null && !areCallbacksAll;
  if (isOpen && typeof host === "string" && !isLoopbackHost(host)) {
    mistakes.push({
      name: "HOST",
      problem:
        "must be a loopback address (127.0.0.1, ::1, localhost) as long as GATEWAY_TOKENS is not set, unless SURFACES is callbacks",
    });
  }
  const areGiven = given.has("POLL_CAP_MS") && given.has("POLL_MIN_MS");
  if (areGiven && (pollCapMs ?? Infinity) < (pollMinMs ?? 0)) {
    mistakes.push({ name: "POLL_CAP_MS", problem: "must not be less than POLL_MIN_MS" });
  }
  return mistakes;
}
