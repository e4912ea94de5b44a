import { JournalError } from "@apidot-queue/journal";
import pRetry, { AbortError } from "p-retry";

/** Pauses between two tries of a write, milliseconds. */
const PAUSE_MS = { first: 100, longest: 2_000 };

/**
 * An outcome that cost money is written however long the journal is away: writes are idempotent,
 * so they are repeated until one is answered or `signal` aborts. A write that is out then may still
 * be done.
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
  const untilStored = async <T>(write: () => Promise<T>): Promise<T> => {
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
  // While Redis is away a write waits for it, and tells nobody: only this ends the wait.
  const ended = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  ended.catch(() => undefined);
  return (write) => Promise.race([untilStored(write), ended]);
}
