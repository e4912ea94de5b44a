import { parseGenerationId } from "@apidot-queue/core";

import { CliError } from "../cli-error.ts";
import { printable } from "../output/printable.ts";

/** @returns the id. @throws {CliError} `notFound` for a text that no generation can have as its id */
export function requireId(id: string): string {
  if (parseGenerationId(id) !== null) return id;
  const form = "ids look like default_01kat5k3v8q2x7m4n9p0r1s2t3";
  throw new CliError("notFound", `${printable(id)} is no id of a generation: ${form}`);
}
