import { ConfigurationError } from "@apidot-queue/runtime";

import { type CommandContext, connectGateway } from "../command-context.ts";
import type { ExitClass } from "../exit-codes.ts";
import type { Colour } from "../output/paint.ts";
import { checkEnvironment } from "./check-environment.ts";
import { checkGateway } from "./check-gateway.ts";
import { checkNode } from "./check-node.ts";
import { checkRedis } from "./check-redis.ts";
import { checkUpstream } from "./check-upstream.ts";
import { checkWork } from "./check-work.ts";
import { type Finding, type FindingLevel, findingsOf } from "./finding.ts";

/** What is to be checked. */
export interface DoctorOptions {
  /** The text of `--url`. */
  readonly url: string | undefined;
  /** Whether the upstream is asked too. */
  readonly withUpstream: boolean;
}

/**
 * Runs every check and tells each finding as soon as it is there.
 *
 * @returns `unsuccessful` when something fails
 */
export async function runDoctor(
  { surroundings, output }: CommandContext,
  { url, withUpstream }: DoctorOptions,
): Promise<ExitClass> {
  const { env, readFile } = surroundings;
  const all: Finding[] = [];
  const tell = (findings: readonly Finding[]): void => {
    all.push(...findings);
    for (const finding of findings) output.line(lineOf(finding, output.paint));
  };

  tell([checkNode(process.versions.node)]);
  const environment = checkEnvironment(env, readFile);
  tell(environment.findings);
  const { redis: target, queueToken, apiKey, baseUrl } = environment.values;

  const gatewayFindings = await gatewayOf(surroundings, url, queueToken !== null);
  tell(gatewayFindings);
  if (target !== null) {
    tell(
      await checkRedis({
        target,
        isGiven: environment.given.has("REDIS_URL"),
        isGatewayReady: gatewayFindings.every(({ level }) => level !== "fail"),
        inspect: checkWork,
      }),
    );
  }
  if (withUpstream) tell([await upstreamOf(baseUrl, apiKey)]);

  const isBad = all.some(({ level }) => level === "fail");
  output.document({ ok: !isBad, checks: all });
  return isBad ? "unsuccessful" : "ok";
}

/** An address that the environment spoils was told of already; without one nobody can be asked. */
async function gatewayOf(
  surroundings: CommandContext["surroundings"],
  url: string | undefined,
  hasToken: boolean,
): Promise<readonly Finding[]> {
  try {
    const { gateway } = connectGateway(url, surroundings);
    return await checkGateway(gateway, hasToken);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { fail } = findingsOf("gateway");
    return [fail("not asked: the environment is wrong", "mend the lines above first")];
  }
}

async function upstreamOf(baseUrl: string | null, apiKey: string | null): Promise<Finding> {
  const { warn } = findingsOf("upstream");
  if (baseUrl !== null && apiKey !== null) return checkUpstream(baseUrl, apiKey);
  return warn("not asked: there is no usable key or base URL");
}

const MARKS: Readonly<Record<FindingLevel, readonly [string, Colour]>> = {
  ok: ["ok  ", "green"],
  warn: ["warn", "yellow"],
  fail: ["FAIL", "red"],
};
const NAME_WIDTH = 11;

function lineOf(
  { check, level, message, advice }: Finding,
  paint: (colour: Colour, text: string) => string,
): string {
  const [mark, colour] = MARKS[level];
  const todo = advice === undefined ? "" : ` → ${advice}`;
  return `${paint(colour, mark)}  ${check.padEnd(NAME_WIDTH)}  ${message}${todo}`;
}
