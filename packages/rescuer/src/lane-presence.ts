import { setTimeout as sleep } from "node:timers/promises";

import type { Journal, LaneAccount, ServingWorker } from "@apidot-queue/journal";
import type { Logger } from "@apidot-queue/runtime";

/** How a worker's presence is told. */
export interface LanePresenceOptions {
  readonly journal: Journal;
  readonly worker: ServingWorker;
  readonly account: LaneAccount;
  readonly logger: Logger;
  /** A lane opened: its queue need not rest any longer. @defaultValue nothing */
  readonly onOpened?: () => Promise<void>;
  /** Between two signs of life, milliseconds. @defaultValue 10000 */
  readonly everyMs?: number;
}

/** A worker that says that it serves a lane. */
export interface LanePresence {
  /** Resolves once the journal knows of this worker: before, it must not work on the lane. */
  readonly isKnown: Promise<void>;
  stop(): Promise<void>;
}

/** Well within the minute after which a worker counts as gone. */
const EVERY_MS = 10_000;
/** While Redis is away. */
const RETRY_MS = 500;

/**
 * Tells the journal, at the start and every few seconds, that a worker serves a lane, and what it
 * calls: another base URL while work is open halts the lane, a new key for a refused one opens it.
 */
export function startLanePresence(options: LanePresenceOptions): LanePresence {
  const { journal, worker, account, logger, everyMs = EVERY_MS } = options;
  const stopping = new AbortController();
  const { lane } = journal;
  let tell: () => void = () => undefined;
  const isKnown = new Promise<void>((resolve) => (tell = resolve));
  let isStart = true;

  const serve = async (): Promise<number> => {
    try {
      const { halt, change } = await journal.serveLane(worker, account, isStart);
      if (change === "halted") logger.error({ lane, reason: halt }, "lane halted");
      if (change === "opened") {
        logger.info({ lane }, "lane resumed: the key is another than the refused one");
        await options.onOpened?.().catch(() => undefined);
      }
      if (isStart && change === null && halt !== null) {
        logger.warn({ lane, reason: halt }, "lane is halted");
      }
      isStart = false;
      tell();
      return everyMs;
    } catch {
      // The connection reports its own outage.
      return RETRY_MS;
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pauseMs = await serve();
      await sleep(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
    // Whoever still waits has to find out by itself that the process ends.
    tell();
  };
  const running = run();
  return {
    isKnown,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
