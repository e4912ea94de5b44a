import { JournalError } from "@apidot-queue/journal";

import { NotStoredError, StorageUnknownError, UnavailableError } from "./producer-error.ts";

/**
 * Tells a caller of a failed write what it means for the generations of the call.
 *
 * @param isFirst - whether nothing of the call was stored before
 */
export async function storing<T>(
  ids: readonly string[],
  write: () => Promise<T>,
  isFirst = true,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    // What was enqueued before a question failed is stored.
    if (error instanceof UnavailableError) throw new StorageUnknownError(ids, error);
    if (!(error instanceof JournalError)) throw error;
    const isKnown = isFirst && error.kind !== "unknown";
    throw isKnown ? new NotStoredError(error) : new StorageUnknownError(ids, error);
  }
}

/** Tells a caller of a failed question that nothing is known now. */
export async function asking<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw error instanceof JournalError ? new UnavailableError(error) : error;
  }
}
