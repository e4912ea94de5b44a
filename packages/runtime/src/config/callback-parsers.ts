import type { Parser } from "./variable.ts";

/** A key that signs and checks callback tokens, as it is configured. */
export interface ConfiguredCallbackKey {
  readonly kid: string;
  readonly secret: string;
}

/** The name of the key that is made when none is configured. */
const TAKEN_KID = "kept";
const ENTRY = /^(?<kid>[A-Za-z0-9_-]{1,32}):(?<secret>[\x21-\x2b\x2d-\x7e]{16,256})$/;

/** `kid:secret,…`, each name once. */
export const callbackSecrets: Parser<readonly ConfiguredCallbackKey[]> = (text) => {
  const keys: ConfiguredCallbackKey[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const { kid, secret } = ENTRY.exec(entry.trim())?.groups ?? {};
    const which = `entry ${index + 1}`;
    if (kid === undefined || secret === undefined) {
      const problem = `${which} must be kid:secret, of 1 to 32 letters, digits, - or _ and 16 to 256 visible ASCII characters without commas`;
      return { ok: false, problem };
    }
    if (kid === TAKEN_KID) {
      return { ok: false, problem: `${which} must not be named ${TAKEN_KID}: that one is made` };
    }
    if (keys.some((key) => key.kid === kid)) {
      return { ok: false, problem: `${which} has the name of an earlier one` };
    }
    keys.push({ kid, secret });
  }
  return { ok: true, value: keys };
};

/** A part of what the gateway serves. */
export type Surface = (typeof SURFACES)[number];

const SURFACES = ["api", "callbacks"] as const;

/** Comma-separated; the order says nothing. */
export const surfaces: Parser<readonly Surface[]> = (text) => {
  const words = text.split(",").map((word) => word.trim());
  const chosen = SURFACES.filter((surface) => words.includes(surface));
  if (words.every((word) => chosen.some((surface) => surface === word))) {
    return { ok: true, value: chosen };
  }
  const missing = words.includes("dashboard") ? "; this version has no dashboard yet" : "";
  return { ok: false, problem: `must be ${SURFACES.join(", ")} or both with a comma${missing}` };
};
