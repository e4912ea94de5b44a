/** When to look at a running task. Durations in milliseconds. */
export interface PollScheduleSettings {
  /** The first interval. @defaultValue 2000 */
  readonly baseMs: number;
  /** What each interval is multiplied by. @defaultValue 1.5 */
  readonly factor: number;
  /** The longest interval. @defaultValue 15000 */
  readonly capMs: number;
  /** The shortest interval. @defaultValue 1000 */
  readonly minMs: number;
}

/** @see PollScheduleSettings */
export const DEFAULT_POLL_SCHEDULE: PollScheduleSettings = {
  baseMs: 2_000,
  factor: 1.5,
  capMs: 15_000,
  minMs: 1_000,
};

/** Each interval is spread by this share either way, so that tasks of one burst drift apart. */
const JITTER = 0.1;

/**
 * The interval before the next poll: exponential backoff with jitter.
 *
 * @param pollCount - polls so far that said "not finished yet"
 * @param random - uniform in [0, 1)
 * @returns whole milliseconds, never below `minMs`
 */
export function nextPollDelayMs(
  settings: PollScheduleSettings,
  pollCount: number,
  random: () => number,
): number {
  const interval = Math.min(settings.capMs, settings.baseMs * settings.factor ** pollCount);
  return Math.max(settings.minMs, Math.round(interval * (1 + JITTER * (2 * random() - 1))));
}
