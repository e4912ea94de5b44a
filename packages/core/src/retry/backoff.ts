/** Full-jitter exponential backoff. Durations in milliseconds. */
export interface BackoffSettings {
  /** The bound of the first delay. */
  readonly baseMs: number;
  /** The bound that no delay exceeds. */
  readonly capMs: number;
}

/** After a submit that was refused for now or not sent (PROTOCOL: 500 ms doubling, cap 30 s). */
export const SUBMIT_BACKOFF: BackoffSettings = { baseMs: 500, capMs: 30_000 };

/** After a status call that said nothing about the task. */
export const POLL_ERROR_BACKOFF: BackoffSettings = { baseMs: 500, capMs: 30_000 };

/** After a status call that the account was refused: a person has to act, so once a minute. */
export const POLL_DENIED_BACKOFF: BackoffSettings = { baseMs: 4_000, capMs: 60_000 };

/**
 * How long to wait after the `count`-th refusal in a row: anything between 0 and
 * `base × 2^(count − 1)`, at most the cap; the upstream's own advice wins when it is longer.
 *
 * @param count - refusals in a row, this one included; from 1
 * @param random - uniform in [0, 1)
 * @param retryAfterMs - the advice, already clamped, or null
 * @returns whole milliseconds
 */
export function backoffMs(
  settings: BackoffSettings,
  count: number,
  random: () => number,
  retryAfterMs: number | null = null,
): number {
  const bound = Math.min(settings.capMs, settings.baseMs * 2 ** Math.min(count - 1, 30));
  return Math.max(Math.round(bound * random()), retryAfterMs ?? 0);
}
