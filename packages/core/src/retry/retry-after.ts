/** The shortest wait that is taken from a `Retry-After`. Milliseconds. */
export const MIN_RETRY_AFTER_MS = 1_000;

/** The longest one: more would park work for a header that may be a mistake. Milliseconds. */
export const MAX_RETRY_AFTER_MS = 900_000;

const DELAY_SECONDS = /^\d{1,15}(?:\.\d{1,9})?$/;
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** From here on a number of seconds can only be a point in time (September 2001 and later). */
const FIRST_EPOCH_SECOND = 1_000_000_000;

/**
 * The wait that a `Retry-After` header asks for, clamped to 1 s – 15 min.
 *
 * | header | read as |
 * | --- | --- |
 * | `120` | seconds |
 * | `0.25` | a fraction, which the standard does not allow: rounded up to whole milliseconds |
 * | `0` and a date that has passed | the shortest wait |
 * | `Wed, 21 Oct 2026 07:28:00 GMT` | a date, measured from `now` |
 * | `1757165031` | an epoch time put where seconds belong: ignored |
 * | `-5`, `1e3`, `soon`, `5 s`, two values in one, empty | ignored |
 * | a date of another format, or without GMT | ignored: engines guess differently |
 *
 * @param header - the header's value, or null when there was none
 * @param now - milliseconds since the epoch
 * @returns whole milliseconds, or null when there is no usable advice
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  const waitMs = DELAY_SECONDS.test(text) ? secondsToMs(Number(text)) : untilDateMs(text, now);
  return waitMs === null
    ? null
    : Math.min(Math.max(waitMs, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS);
}

function secondsToMs(seconds: number): number | null {
  return seconds >= FIRST_EPOCH_SECOND ? null : Math.ceil(seconds * 1_000);
}

function untilDateMs(text: string, now: number): number | null {
  const at = IMF_FIXDATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? Math.ceil(at - now) : null;
}
