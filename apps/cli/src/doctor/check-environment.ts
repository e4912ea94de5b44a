import {
  type Environment,
  formatMistake,
  isLoopbackHost,
  loadConfig,
  readEnvironment,
  type ReadFile,
  VARIABLES,
} from "@apidot-queue/runtime";

import { printable } from "../output/printable.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** What the environment says, as far as it can be read. */
export interface EnvironmentFacts {
  readonly findings: readonly Finding[];
  readonly values: ReturnType<typeof readAll>["values"];
  readonly given: ReadonlySet<string>;
}

/**
 * Every variable that any program reads, whoever it is for, and the rules that several decide
 * together: a mistake that would keep a service from starting is found before it is started.
 */
export function checkEnvironment(env: Environment, readFile: ReadFile): EnvironmentFacts {
  const { values, given, mistakes } = readAll(env, readFile);
  const standalone = loadConfig("standalone", env, readFile);
  const lines = new Set([
    ...mistakes.map(formatMistake),
    ...(standalone.ok ? [] : standalone.mistakes.map(formatMistake)),
  ]);
  const { ok, fail } = findingsOf("environment");
  const names = [...given].toSorted().join(", ");
  const findings =
    lines.size > 0
      ? [...lines].map((line) => fail(printable(line), "docs/configuration.md has every variable"))
      : [ok(names === "" ? "nothing is set: the defaults count" : `set: ${names}`)];
  return { findings: [...findings, checkKey(given), checkBaseUrl(values.baseUrl)], values, given };
}

/** Read for the command line, which no variable is required by. */
function readAll(env: Environment, readFile: ReadFile) {
  return readEnvironment(env, VARIABLES, "cli", readFile);
}

function checkKey(given: ReadonlySet<string>): Finding {
  const { ok, warn } = findingsOf("api key");
  if (given.has(VARIABLES.apiKey.name)) return ok("set; it is not shown");
  return warn(
    "not set: the standalone uses the emulator, and workers of their own do not start",
    "set APIDOT_API_KEY, or APIDOT_API_KEY_FILE, for the real API",
  );
}

function checkBaseUrl(url: string | null): Finding {
  const { ok, warn, fail } = findingsOf("base url");
  if (url === null) return fail("APIDOT_BASE_URL cannot be read");
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (protocol === "https:" || isLoopbackHost(host)) return ok(printable(url));
  return warn(
    `${printable(url)} is not encrypted: the key and the prompts can be read on the way`,
    "use an https:// address",
  );
}
