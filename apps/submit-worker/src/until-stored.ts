import { JournalError } from "@apidot-queue/journal";
import pRetry, { AbortError } from "p-retry";

/** Pauses between two tries of a write, milliseconds. */
const PAUSE_MS = { first: 100, longest: 2_000 };

/**
 * An outcome that cost money is written however long the journal is away: writes are idempotent,
 * so they are repeated until one is answered or `signal` aborts.
 */
export function untilStoredOrAborted(
  signal: AbortSignal,
  onFailure: (error: JournalError) => void,
): <T>(write: () => Promise<T>) => Promise<T> {
  const failed = (error: unknown): never => {
    if (!(error instanceof JournalError)) throw new AbortError(error as Error);
    onFailure(error);
    throw error;
  };
  return async (write) => {
    let failure: unknown;
    try {
      return await write();
    } catch (error) {
      failure = error;
    }
    // Nearly every write is answered: only the others need the machinery of retries.
    return pRetry(async (attempt) => (attempt === 1 ? failed(failure) : write().catch(failed)), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: PAUSE_MS.first,
      maxTimeout: PAUSE_MS.longest,
      factor: 2,
      randomize: true,
      signal,
    });
  };
}
