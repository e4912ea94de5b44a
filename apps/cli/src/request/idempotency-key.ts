import { randomUUID } from "node:crypto";

import { CliError } from "../cli-error.ts";

/** What can stand in a header and comes out as it went in; the gateway takes up to 255. */
const USABLE = /^[\x21-\x7E](?:[\x20-\x7E]{0,253}[\x21-\x7E])?$/;

/**
 * The key of one submit: the caller's own, or a new one. With it a submit can be repeated until it
 * is answered, and makes one generation.
 *
 * @throws {CliError} `usage` when the caller's cannot be used
 */
export function idempotencyKeyOf(given: string | undefined): string {
  if (given === undefined) return `cli-${randomUUID()}`;
  if (USABLE.test(given)) return given;
  const rule = "must have 1 to 255 visible ASCII characters";
  throw new CliError("usage", `--idempotency-key ${rule}`);
}
