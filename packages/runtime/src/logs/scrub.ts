/** Longer texts are cut: an error may carry a whole page. */
const LONGEST_TEXT = 300;

const URL_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi;
const DATA_URL = /\bdata:[^\s"'<>]+/gi;
const BEARER = /\b(bearer|basic)\s+[^\s"',]+/gi;
const NAMED_SECRET =
  /\b(authorization|api[-_]?key|token|secret|password|prompt)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;]+)/gi;

/** Every pattern needs one of these; ids, words and most sentences have none. */
const SUSPICIOUS = /[:=]|\bbearer\b|\bbasic\b/i;

/**
 * A text without URLs, authorisation headers and named secrets, at most {@link LONGEST_TEXT}
 * characters long.
 */
export function scrubText(text: string): string {
  // The cut comes first with room to spare, so that the patterns never run over a megabyte.
  const start = text.slice(0, LONGEST_TEXT * 8);
  const scrubbed = SUSPICIOUS.test(start) ? withoutSecrets(start) : start;
  return scrubbed.length > LONGEST_TEXT ? `${scrubbed.slice(0, LONGEST_TEXT)}…` : scrubbed;
}

function withoutSecrets(text: string): string {
  return text
    .replaceAll(URL_TEXT, "[url]")
    .replaceAll(DATA_URL, "[url]")
    .replaceAll(BEARER, "$1 [redacted]")
    .replaceAll(NAMED_SECRET, "$1$2[redacted]");
}

/** Shorter ones would tear holes into ordinary words. */
const SHORTEST_SECRET = 6;

/** @returns a function that takes every occurrence of the given secrets out of a text. */
export function secretRemover(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}
