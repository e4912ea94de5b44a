import { CATALOG, type ValidateOptions } from "@apidot-queue/core";
import {
  ConfigurationError,
  type Environment,
  loadConfig,
  type ReadFile,
  VARIABLES,
} from "@apidot-queue/runtime";

import { CliError } from "../cli-error.ts";

/** Where the gateway is, and what the environment says about talking to it. */
export interface GatewayAddress {
  /** Without a slash at its end. */
  readonly url: string;
  /** Sent as bearer; null sends none. Never shown. */
  readonly token: string | null;
  readonly rules: Required<ValidateOptions>;
}

/** Addresses to listen on that are no addresses to connect to. */
const EVERYWHERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/**
 * The address of `--url`, else of `APIDOT_QUEUE_URL`, else of `HOST` and `PORT`. The last two are
 * not looked at where the address is given: on a client's machine they may mean something else.
 *
 * @param flag - the text of `--url`
 * @throws {CliError} `usage` when `--url` is none
 * @throws {ConfigurationError} naming every mistake of the environment
 */
export function findGateway(
  flag: string | undefined,
  env: Environment,
  readFile: ReadFile,
): GatewayAddress {
  const given = flag === undefined ? null : VARIABLES.queueUrl.parse(flag);
  if (given?.ok === false) throw new CliError("usage", `--url ${given.problem}`);
  const isGiven = given !== null || (env["APIDOT_QUEUE_URL"] ?? "") !== "";
  const listening = isGiven ? { HOST: undefined, PORT: undefined } : {};
  const loaded = loadConfig("cli", { ...env, ...listening }, readFile);
  if (!loaded.ok) throw new ConfigurationError(loaded.mistakes);
  const { queueUrl, queueToken: token, host, port } = loaded.config;
  const { allowUnknownModels, catalog } = loaded.config;
  const rules = { allowUnknownModels, catalog: catalog ?? CATALOG };
  const url = given?.value ?? queueUrl;
  if (url !== null) return { url, token, rules };
  if (port === 0) {
    const problem = "is 0, so the gateway took a free one: set APIDOT_QUEUE_URL to what it printed";
    throw new ConfigurationError([{ name: "PORT", problem }]);
  }
  const target = EVERYWHERE[host] ?? host;
  const origin = `http://${target.includes(":") ? `[${target}]` : target}:${port}`;
  return { url: origin, token, rules };
}
