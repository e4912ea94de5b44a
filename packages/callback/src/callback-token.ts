import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import { parseGenerationId } from "@apidot-queue/core";

import type { CallbackKey, CallbackKeys } from "./callback-keys.ts";

/** What a token lets its holder point at: one attempt of one generation. It grants nothing else. */
export interface CallbackSubject {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
}

/** How long a token is good for; the upstream's redelivery is over long before. Milliseconds. */
export const CALLBACK_TOKEN_TTL_MS = 7 * 86_400_000;

/** `<kid>.<id>.<attempt>.<expiry>.<mac>`; the expiry in seconds since the epoch. */
const TOKEN =
  /^(?<signed>(?<kid>[A-Za-z0-9_-]{1,32})\.(?<id>[a-z0-9-]{1,24}_[0-9a-z]{26})\.(?<attempt>[1-9]\d{0,8})\.(?<expiry>\d{1,11}))\.(?<mac>[A-Za-z0-9_-]{43})$/;

/** Signs in the place of a key that nobody has, so that an unknown one costs as much as a known. */
const NOBODYS_KEY: CallbackKey = { kid: "nobody", secret: randomBytes(32).toString("base64url") };

/**
 * Makes the token of one attempt, signed by the first of the keys.
 *
 * @param nowMs - milliseconds since the epoch
 */
export function callbackToken(
  { id, attempt }: CallbackSubject,
  [key]: CallbackKeys,
  nowMs: number,
): string {
  const expiry = Math.ceil((nowMs + CALLBACK_TOKEN_TTL_MS) / 1_000);
  const signed = `${key.kid}.${id}.${attempt}.${expiry}`;
  return `${signed}.${macOf(signed, key)}`;
}

/**
 * Reads a token. Whatever is wrong with it, the work is the same: one signature and one comparison
 * that looks at every character.
 *
 * @param nowMs - milliseconds since the epoch
 * @returns what it points at; null when it was not signed by one of the keys, or has expired
 */
export function readCallbackToken(
  token: string,
  keys: CallbackKeys,
  nowMs: number,
): CallbackSubject | null {
  const parts = TOKEN.exec(token)?.groups;
  const { signed = "", kid = "", id = "", mac = "" } = parts ?? {};
  const key = keys.find((known) => known.kid === kid) ?? NOBODYS_KEY;
  const isGenuine = areEqual(mac, macOf(signed, key));
  if (!isGenuine || Number(parts?.["expiry"]) * 1_000 <= nowMs) return null;
  return parseGenerationId(id) === null ? null : { id, attempt: Number(parts?.["attempt"]) };
}

function macOf(signed: string, { secret }: CallbackKey): string {
  return createHmac("sha256", secret).update(signed).digest("base64url");
}

/** Compares a text of any origin with one of ours in a time that tells nothing. */
function areEqual(given: string, expected: string): boolean {
  const bytes = Buffer.alloc(expected.length);
  bytes.write(given, "latin1");
  return timingSafeEqual(bytes, Buffer.from(expected, "latin1")) && given !== "";
}
