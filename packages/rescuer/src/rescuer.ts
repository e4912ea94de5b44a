import { setTimeout as sleep } from "node:timers/promises";

import type { RescueKind } from "@apidot-queue/runtime";

import { endGraces } from "./end-graces.ts";
import { forgetOutlived } from "./forget-outlived.ts";
import type { Chore, RescuedLane, RescuePolicy } from "./lane.ts";
import { unconfirmSilentAttempts } from "./unconfirm-silent-attempts.ts";
import { wakeLostHints } from "./wake-lost-hints.ts";

/** How often and how much. Durations in milliseconds. */
export interface RescuerSettings {
  /** Between two rounds of a lane, over all processes. @defaultValue 5000 */
  readonly everyMs: number;
  /** How long a round may take before another process may begin one. @defaultValue 10000 */
  readonly lockMs: number;
  /** Generations per chore and round. @defaultValue 200 */
  readonly batchSize: number;
}

/** @see RescuerSettings */
export const DEFAULT_RESCUER: RescuerSettings = { everyMs: 5_000, lockMs: 10_000, batchSize: 200 };

/** What the rescuer is given. */
export interface RescuerOptions {
  readonly lanes: readonly RescuedLane[];
  readonly policy: RescuePolicy;
  readonly settings: RescuerSettings;
  readonly onRescued: (lane: string, kind: RescueKind, count: number) => void;
  /**
   * Nobody could work for so long: send deadlines and graces were moved by it. Milliseconds.
   * @defaultValue nothing
   */
  readonly onOutage?: (lane: string, outageMs: number) => void;
  readonly onError: (lane: string, error: unknown) => void;
  readonly onProgress: () => void;
}

/** A running rescuer. */
export interface Rescuer {
  /** Starts no more rounds and waits for the one under way. */
  stop(): Promise<void>;
}

const CHORES: readonly Chore[] = [
  wakeLostHints,
  unconfirmSilentAttempts,
  endGraces,
  forgetOutlived,
];

/**
 * Starts looking, in every worker process, for generations that nobody works on. One process at a
 * time does a lane's round; batches are bounded; every step is guarded by the journal, so that two
 * rescuers at once do no harm.
 */
export function startRescuer(options: RescuerOptions): Rescuer {
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      for (const lane of options.lanes) {
        await rescueRound(lane, options).catch((error: unknown) => {
          options.onError(lane.journal.lane, error);
        });
      }
      options.onProgress();
      await sleep(options.settings.everyMs, undefined, { signal: stopping.signal }).catch(() => {});
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

/** One round of one lane, unless another process is at it or just was. */
export async function rescueRound(
  lane: RescuedLane,
  options: Omit<RescuerOptions, "lanes" | "onProgress" | "onError">,
): Promise<void> {
  const { policy, settings, onRescued } = options;
  const { isTaken, outageMs } = await lane.journal.takeRound(settings.lockMs);
  if (outageMs > 0) options.onOutage?.(lane.journal.lane, outageMs);
  if (!isTaken) return;
  const failures: unknown[] = [];
  for (const chore of CHORES) {
    try {
      const moved = await chore(lane, policy, settings.batchSize);
      for (const [kind, count] of Object.entries(moved)) {
        if (count > 0) onRescued(lane.journal.lane, kind as RescueKind, count);
      }
    } catch (error) {
      // One chore in trouble must not keep the others from theirs.
      failures.push(error);
    }
  }
  // A little less than the interval, so that the same process is not late by its own lock.
  await lane.journal.endRound(Math.ceil(settings.everyMs * 0.8));
  if (failures.length > 0) throw failures[0];
}
