import type { Environment } from "@apidot-queue/runtime";

import type { TextOutput } from "../surroundings.ts";

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** What a text can be painted in. */
export type Colour = keyof typeof CODES;

/** Paints a text, or leaves it as it is where no colour is wanted. */
export type Paint = (colour: Colour, text: string) => string;

/**
 * Whether `output` gets colours: `FORCE_COLOR` decides first, as it does in Node itself, then
 * `NO_COLOR`, then whether it is a terminal that knows colours. An empty variable is an unset one.
 */
export function wantsColour(output: Pick<TextOutput, "isTTY">, env: Environment): boolean {
  const forced = env["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced !== "0" && forced !== "false";
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  return output.isTTY === true && env["TERM"] !== "dumb";
}

/** @returns the painter for one output. */
export function createPaint(output: Pick<TextOutput, "isTTY">, env: Environment): Paint {
  if (!wantsColour(output, env)) return (_, text) => text;
  return (colour, text) => `\u001B[${CODES[colour]}m${text}\u001B[0m`;
}
