import { type JournalConnection, JournalError } from "@apidot-queue/journal";
import { type DiskWait, diskWaitFor, type DurabilityMode, STRICT_NEEDS } from "@apidot-queue/redis";

/** A wait for the disk that is opened when it is first needed: only then is there a connection. */
export interface LazyDiskWait {
  /** @throws {JournalError} when the server cannot be asked, or cannot do what `strict` needs */
  readonly get: () => Promise<DiskWait>;
  /** Closes what was opened here. */
  close(): void;
}

/** @param given - a mode, or a wait that stays the caller's */
export function lazyDiskWait(
  redis: JournalConnection,
  given: DurabilityMode | DiskWait,
): LazyDiskWait {
  if (typeof given !== "string") {
    return { get: () => Promise.resolve(given), close: () => undefined };
  }
  let opened: Promise<DiskWait> | null = null;
  const open = async (): Promise<DiskWait> => {
    let disk: DiskWait | null;
    try {
      disk = await diskWaitFor(redis, given);
    } catch {
      opened = null;
      throw new JournalError("not_reached", "Redis could not be asked for its durability");
    }
    if (disk === null) throw new JournalError("refused", STRICT_NEEDS);
    return disk;
  };
  return {
    get: () => (opened ??= open()),
    close: () => void opened?.then((disk) => disk.close()).catch(() => undefined),
  };
}
