import { createHash } from "node:crypto";

import { isLaneName, isTenantName } from "@apidot-queue/core";

import type { Parsed, Parser } from "./variable.ts";

/** What a token lets its holder do: enqueue and cancel, look at what is its tenant's, or everything. */
export const SCOPES = ["submit", "read", "admin"] as const;

/** @see SCOPES */
export type Scope = (typeof SCOPES)[number];

/** One token of the gateway. The token itself is not kept. */
export interface GatewayToken {
  /** Several tokens may have the same: idempotency keys and generations are the tenant's. */
  readonly tenant: string;
  /** SHA-256 of the token. */
  readonly digest: Buffer;
  readonly scopes: readonly Scope[];
  /** The lanes that it may use; null where none are named: all for `admin`, else the gateway's own. */
  readonly lanes: readonly string[] | null;
}

/** What can stand behind `Bearer` and be told from its neighbours: no space, comma or colon. */
const TOKEN = /^[\x21-\x2b\x2d-\x39\x3b-\x7e]{1,512}$/;
const DEFAULT_SCOPES: readonly string[] = ["submit", "read"] satisfies Scope[];

/** @returns what is kept of a token. */
export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** `name:token[:scope+scope[:lane+lane]],…`; an empty part is an absent one. */
export const gatewayTokens: Parser<readonly GatewayToken[]> = (text) => {
  const tokens: GatewayToken[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const read = readEntry(entry.trim());
    if (!read.ok) return { ok: false, problem: `entry ${index + 1} ${read.problem}` };
    const { value } = read;
    if (tokens.some(({ digest }) => digest.equals(value.digest))) {
      return { ok: false, problem: `entry ${index + 1} has the token of an earlier one` };
    }
    tokens.push(value);
  }
  return { ok: true, value: tokens };
};

function readEntry(entry: string): Parsed<GatewayToken> {
  const [tenant = "", token = "", scopeWords = "", laneWords = "", ...more] = entry.split(":");
  const wrong = (problem: string): Parsed<never> => ({ ok: false, problem });
  if (more.length > 0 || token === "") return wrong("must be name:token[:scope+scope[:lane+lane]]");
  if (!isTenantName(tenant)) {
    return wrong("must have a name of 1 to 48 letters, digits, dots, - or _");
  }
  if (!TOKEN.test(token)) {
    return wrong(
      "must have a token of 1 to 512 visible ASCII characters, without commas and colons",
    );
  }
  const words = scopeWords === "" ? DEFAULT_SCOPES : scopeWords.split("+");
  const scopes = SCOPES.filter((scope) => words.includes(scope));
  if (!words.every((word) => scopes.some((scope) => scope === word))) {
    return wrong(`must have scopes among ${SCOPES.join(", ")}, with + between them`);
  }
  const lanes = laneWords === "" ? null : laneWords.split("+");
  if (lanes?.every(isLaneName) === false) {
    return wrong(
      "must have lanes of 1 to 24 of the characters a-z, 0-9 and -, with + between them",
    );
  }
  return { ok: true, value: { tenant, digest: digestOf(token), scopes, lanes } };
}
