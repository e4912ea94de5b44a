import type { Health } from "./health.ts";

const TICK_MS = 500;
const LATE_MS = 1_000;
const MAX_AGE_MS = 15_000;

/**
 * Watches the event loop: a tick that comes more than a second late is no sign of progress, so a
 * loop that stays overloaded for 15 s makes the process stale, and one long pause does not.
 *
 * @returns ends the watch
 */
export function watchEventLoop(health: Health): () => void {
  const progress = health.progress("event_loop", MAX_AGE_MS);
  let expectedAt = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - expectedAt <= LATE_MS) progress.mark();
    expectedAt = now + TICK_MS;
  }, TICK_MS);
  // Never the reason for which a process lives on.
  timer.unref();
  return () => {
    clearInterval(timer);
    progress.stop();
  };
}
