import type { StatusReport } from "@apidot-queue/upstream";
import pRetry from "p-retry";

/** Two more tries within about a second; a longer trouble, a time-out too, is the schedule's. */
const QUICK_RETRIES = { retries: 2, minTimeout: 150, factor: 2, randomize: true };
const QUICK_MS = 1_000;

/** Ends one try of the retry; the report of that try is kept beside it. */
class NothingLearnt extends Error {}

/**
 * Asks once, and at most twice more when the network or a gateway was in the way. Status calls are
 * harmless to repeat. Advice to wait is followed, not retried.
 */
export async function askWithQuickRetries(ask: () => Promise<StatusReport>): Promise<StatusReport> {
  const startedAt = performance.now();
  const isWorthAnother = ({ outcome }: StatusReport): boolean =>
    outcome.kind === "unavailable" &&
    outcome.retryAfterMs === null &&
    performance.now() - startedAt < QUICK_MS;

  // Nearly every call is answered: only the others need the machinery of retries.
  let report = await ask();
  if (!isWorthAnother(report)) return report;
  try {
    await pRetry(async (attempt) => {
      if (attempt > 1) report = await ask();
      if (isWorthAnother(report)) throw new NothingLearnt();
    }, QUICK_RETRIES);
  } catch (error) {
    if (!(error instanceof NothingLearnt)) throw error;
  }
  return report;
}
