/** No byte of an attempt may be sent later than this after its intent was asked for. */
export const SEND_WITHIN_MS = 2_000;

/** The rescuer's margin beyond the limit of a request, for clocks and slow reports. */
export const ANSWER_MARGIN_MS = 5_000;

/** Whether an attempt may still be sent; measured on this machine's monotonic clock. */
export interface SendWindow {
  /** @returns true while bytes may leave. */
  isOpen(): boolean;
}

/**
 * Opens the window of one attempt. Open it just *before* `begin` is written: a client re-sends a
 * command after an outage, so the answer alone says nothing about how old the intent is.
 *
 * @param monotonicMs - a clock that never steps back
 */
export function openSendWindow(
  signal: AbortSignal,
  monotonicMs: () => number = () => performance.now(),
): SendWindow {
  const openedAt = monotonicMs();
  return { isOpen: () => !signal.aborted && monotonicMs() - openedAt < SEND_WITHIN_MS };
}
