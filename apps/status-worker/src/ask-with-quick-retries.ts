import type { StatusReport } from "@apidot-queue/upstream";
import pRetry from "p-retry";

/** Two more tries within about a second; a longer trouble, a time-out too, is the schedule's. */
const QUICK_RETRIES = { retries: 2, minTimeout: 150, factor: 2, randomize: true };
const QUICK_MS = 1_000;

/** A status call that said nothing about the task; carries the report out of the retry. */
class NothingLearnt extends Error {
  readonly report: StatusReport;

  constructor(report: StatusReport) {
    super("the status call said nothing about the task");
    this.report = report;
  }
}

/**
 * Asks once, and at most twice more when the network or a gateway was in the way. Status calls are
 * harmless to repeat. Advice to wait is followed, not retried.
 */
export async function askWithQuickRetries(ask: () => Promise<StatusReport>): Promise<StatusReport> {
  const startedAt = performance.now();
  try {
    return await pRetry(async () => {
      const report = await ask();
      const { outcome } = report;
      const isQuick = performance.now() - startedAt < QUICK_MS;
      if (isQuick && outcome.kind === "unavailable" && outcome.retryAfterMs === null) {
        throw new NothingLearnt(report);
      }
      return report;
    }, QUICK_RETRIES);
  } catch (error) {
    if (error instanceof NothingLearnt) return error.report;
    throw error;
  }
}
