import { setTimeout as sleep } from "node:timers/promises";

import type { Journal } from "@apidot-queue/journal";
import type { Logger } from "@apidot-queue/runtime";

/** Between two looks; a policy is changed by hand, and seldom. Milliseconds. */
const EVERY_MS = 30_000;

/** What is watched, and who is told. */
export interface EvictionWatchOptions {
  readonly journal: Pick<Journal, "evictionPolicy">;
  readonly logger: Logger;
  /** @defaultValue 30000 */
  readonly everyMs?: number;
}

/**
 * Warns when a Redis that refused to evict at the start is told to while it is in use: from then on
 * it may throw records away. Once per change, and once when it is mended.
 */
export function watchEviction(options: EvictionWatchOptions): { stop(): Promise<void> } {
  const { journal, logger, everyMs = EVERY_MS } = options;
  const stopping = new AbortController();
  let last: string | null = "noeviction";
  const look = async (): Promise<void> => {
    // The connection reports its own outage, and a server that does not tell says nothing new.
    const policy = await journal.evictionPolicy().catch(() => null);
    if (policy === null || policy === last) return;
    last = policy;
    if (policy === "noeviction") {
      logger.info({ reason: policy }, "redis evicts nothing any more");
    } else {
      logger.error(
        { reason: policy },
        "redis may evict records: run redis-cli CONFIG SET maxmemory-policy noeviction",
      );
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
