const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The pause behind each failed delivery, milliseconds: eleven deliveries within about a day. */
export const DELIVERY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  8 * HOUR_MS,
];

/** Either way: those that failed together do not come again together. */
const JITTER = 0.2;
/** Whoever asks for more is not waited for longer. */
const LONGEST_MS = 24 * HOUR_MS;

/**
 * @param failures - deliveries that failed so far, this one included; from 1
 * @param retryAfterMs - what the receiver asked for, or null
 * @returns milliseconds until the next one, or null when that was the last
 */
export function nextDeliveryDelayMs(
  failures: number,
  retryAfterMs: number | null,
  random: () => number,
  delaysMs: readonly number[] = DELIVERY_DELAYS_MS,
): number | null {
  const planned = delaysMs[failures - 1];
  if (planned === undefined) return null;
  const spread = planned * (1 + JITTER * (2 * random() - 1));
  return Math.min(Math.max(spread, retryAfterMs ?? 0), LONGEST_MS);
}
