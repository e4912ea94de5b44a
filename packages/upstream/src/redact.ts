/** The longest message that goes into a record. Characters. */
export const MAX_MESSAGE_CHARACTERS = 300;

/** How much of a message is looked at: far more than is kept, far less than an answer may hold. */
const WINDOW_CHARACTERS = 4_096;

/** A secret shorter than this would blot out ordinary words. Characters. */
const MIN_SECRET_CHARACTERS = 4;

/** A run of this length out of a text with spaces is a quotation and no chance. Characters. */
const TEXT_RUN_CHARACTERS = 24;

/** The same for keys, ids and URLs: no language repeats that many of their characters. */
const TOKEN_RUN_CHARACTERS = 12;

const REDACTED = "[redacted]";

/** Control and format characters, separators, lone surrogates, and white space of every kind. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * Whatever the secrets are: URLs, also escaped for JSON or percent-encoded, bearer tokens, and the
 * tokens of callbacks, which an address without its scheme has as well.
 */
const ALWAYS_SECRET = [
  /(?:https?|wss?|ftp)(?::|%3a)(?:\\?\/|%2f){2}[^\s"<>]*/gi,
  /data:[^\s",<>]*,[^\s"<>]*/gi,
  /\bbearer\s+[^\s"<>]+/gi,
  /[\w-]{1,32}\.[a-z0-9-]{1,24}_[0-9a-z]{26}\.\d{1,9}\.\d{1,11}\.[\w-]{1,43}/gi,
];

/**
 * Makes a message of the upstream fit for a record: control characters and runs of white space
 * become one space; every URL, every bearer token and every quotation of a secret becomes
 * `[redacted]`; at most 300 characters remain.
 *
 * A quotation is any run of at least 24 characters of a secret, or 12 of one without white space,
 * or the whole of a shorter one from 4 characters on. Case and spacing do not matter, and a secret
 * is also found in the form that JSON gives it. A paraphrase is not found.
 *
 * @param text - the message, of any length
 * @param secrets - the API key, the prompt, input URLs: texts that must not be quoted
 */
export function redactMessage(text: string, secrets: readonly string[]): string {
  const plain = text.slice(0, WINDOW_CHARACTERS).replace(INVISIBLE, " ").trim();
  const isSecret = new Uint8Array(plain.length);
  for (const pattern of ALWAYS_SECRET) {
    for (const match of plain.matchAll(pattern)) {
      isSecret.fill(1, match.index, match.index + match[0].length);
    }
  }
  const quotations = new Quotations(plain, isSecret);
  for (const secret of secrets) quotations.mark(secret);
  // A secret that the window cut in two may be too short on this side to be known.
  const end = text.length > WINDOW_CHARACTERS ? plain.length - TEXT_RUN_CHARACTERS : plain.length;
  return cut(render(plain, isSecret, end));
}

class Quotations {
  readonly #text: string;
  readonly #isSecret: Uint8Array;
  /** The text's runs of one length, and where each begins; made when first needed. */
  readonly #runs = new Map<number, ReadonlyMap<string, readonly number[]>>();

  constructor(text: string, isSecret: Uint8Array) {
    this.#text = fold(text);
    this.#isSecret = isSecret;
  }

  mark(secret: string): void {
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1)])) {
      const folded = fold(form.replace(INVISIBLE, " ").trim());
      const runLength = folded.includes(" ") ? TEXT_RUN_CHARACTERS : TOKEN_RUN_CHARACTERS;
      if (folded.length >= runLength) this.#markRuns(folded, runLength);
      else if (folded.length >= MIN_SECRET_CHARACTERS) this.#markWhole(folded);
    }
  }

  #markWhole(secret: string): void {
    let at = this.#text.indexOf(secret);
    while (at !== -1) {
      this.#isSecret.fill(1, at, at + secret.length);
      at = this.#text.indexOf(secret, at + 1);
    }
  }

  #markRuns(secret: string, length: number): void {
    const runs = this.#runsOf(length);
    if (runs.size === 0) return;
    // A text that repeats itself has few distinct runs; each is looked for once.
    const seen = new Set<string>();
    for (let start = 0; start + length <= secret.length; start += 1) {
      const run = secret.slice(start, start + length);
      const places = runs.get(run);
      if (places === undefined || seen.has(run)) continue;
      seen.add(run);
      for (const at of places) this.#isSecret.fill(1, at, at + length);
    }
  }

  #runsOf(length: number): ReadonlyMap<string, readonly number[]> {
    const known = this.#runs.get(length);
    if (known !== undefined) return known;
    const runs = new Map<string, number[]>();
    for (let at = 0; at + length <= this.#text.length; at += 1) {
      const run = this.#text.slice(at, at + length);
      const places = runs.get(run);
      if (places === undefined) runs.set(run, [at]);
      else places.push(at);
    }
    this.#runs.set(length, runs);
    return runs;
  }
}

/** Lower case, character by character, so that every index still means the same place. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (character) => {
    const low = character.toLowerCase();
    return low.length === character.length ? low : character;
  }).join("");
}

function render(text: string, isSecret: Uint8Array, end: number): string {
  let result = "";
  for (let at = 0; at < end; at += 1) {
    if (isSecret[at] === 0) result += text.charAt(at);
    else if (at === 0 || isSecret[at - 1] === 0) result += REDACTED;
  }
  return result;
}

function cut(text: string): string {
  // Half a character at the end would be no text any more.
  return text.slice(0, MAX_MESSAGE_CHARACTERS).replace(/[\ud800-\udbff]$/, "");
}
