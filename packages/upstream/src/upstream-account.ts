import { createHash } from "node:crypto";

/** Which upstream is called with which key, without telling the key. */
export interface UpstreamAccount {
  /** Scheme, host, port and path; never credentials. */
  readonly baseUrl: string;
  /** 12 hexadecimal digits; other keys have others. */
  readonly keyDigest: string;
}

const DIGEST_CHARACTERS = 12;

/** @returns what stands for a key where keys are compared: it cannot be turned back into the key. */
export function digestOfKey(apiKey: string): string {
  return createHash("sha256").update(apiKey).digest("hex").slice(0, DIGEST_CHARACTERS);
}
