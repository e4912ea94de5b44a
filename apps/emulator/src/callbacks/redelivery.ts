import type { FaultOf } from "../faults/fault-rule.ts";

/** How often one callback is tried. */
export interface Redelivery {
  /** For one delivery, in ms. */
  readonly timeoutMs: number;
  /**
   * How long after a delivery in vain the next one is due, in ms.
   *
   * @param sentCount deliveries so far, at least 1.
   * @param elapsedMs since the first of them began.
   * @returns undefined when the callback is given up.
   */
  readonly waitMs: (sentCount: number, elapsedMs: number) => number | undefined;
}

const TIMEOUT_MS = 5_000;

/** The upstream's own schedule is not documented [?]. These add up to a minute. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];

const DEFAULT_FOR_MS = 60_000;
const DEFAULT_EVERY_MS = 1_000;

/**
 * The schedule of one callback.
 *
 * @param speed divides the waits of the usual schedule, but nothing that a rule names.
 * @param rule what is to be otherwise.
 */
export function planRedelivery(speed: number, rule: FaultOf<"redeliver"> | undefined): Redelivery {
  const { for_ms: forMs, every_ms: everyMs, timeout_ms: timeoutMs = TIMEOUT_MS } = rule ?? {};
  if (forMs === undefined && everyMs === undefined) {
    return {
      timeoutMs,
      waitMs: (sentCount) => {
        const waitMs = WAITS_MS[sentCount - 1];
        return waitMs === undefined ? undefined : waitMs / speed;
      },
    };
  }
  const pauseMs = everyMs ?? DEFAULT_EVERY_MS;
  const limitMs = forMs ?? DEFAULT_FOR_MS;
  return {
    timeoutMs,
    waitMs: (_sentCount, elapsedMs) => (elapsedMs + pauseMs > limitMs ? undefined : pauseMs),
  };
}
