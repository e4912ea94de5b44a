import { setTimeout as sleep } from "node:timers/promises";

import type { Installation } from "./installation.ts";

/** What was done to an installation. */
export interface Trouble {
  /** SIGKILLs, by the kind of process. */
  readonly kills: ReadonlyMap<string, number>;
  readonly redisRestarts: number;
}

/** The upstream's bad days: the rules of docs/emulator.md. */
export const FAULTS: readonly object[] = [
  { on: "submit", kind: "rate_limit", per_second: 25, burst: 5 },
  { on: "submit", kind: "error", status: 503, rate: 0.05 },
  { on: "submit", kind: "reset_before", rate: 0.03 },
  { on: "submit", kind: "reset_after", rate: 0.03 },
  { on: "submit", kind: "hang_after", rate: 0.01 },
  { on: "submit", kind: "hang_before", rate: 0.01 },
  { on: "submit", kind: "slow", delay_ms: 1_500 },
  { on: "submit", kind: "fail_task", rate: 0.05 },
  { on: "status", kind: "error", status: 500, rate: 0.05 },
  { on: "status", kind: "reset_after", rate: 0.03 },
];

const KILL_EVERY_MS = 1_000;
/** A process that is killed before it has done anything proves nothing. */
const BOOTS_PER_KILL = 3;

/**
 * Makes trouble until `signal` aborts: a random SIGKILL each second, or every three boot times where
 * that is longer, and Redis restarted `restarts` times at even distances, by SIGKILL and SIGTERM in
 * turns. Whatever is killed comes back.
 *
 * @param random - uniform in [0, 1)
 * @param durationMs - how long it will last, for the distances
 */
export async function makeTrouble(
  installation: Installation,
  signal: AbortSignal,
  random: () => number,
  { durationMs, restarts }: { readonly durationMs: number; readonly restarts: number },
): Promise<Trouble> {
  const kills = new Map<string, number>();
  let redisRestarts = 0;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});

  const killer = async (): Promise<void> => {
    const replaced = new Set<Promise<void>>();
    while (!signal.aborted) {
      const ready = installation.victims.filter((one) => one.isReady());
      const victim = ready[Math.floor(random() * ready.length)];
      const bootMs = Math.max(...ready.map((one) => one.bootMs()), 0);
      await pause(Math.max(KILL_EVERY_MS, BOOTS_PER_KILL * bootMs));
      if (signal.aborted || victim === undefined) continue;
      const kind = victim.name.replace(/ \d+$/, "");
      kills.set(kind, (kills.get(kind) ?? 0) + 1);
      replaced.add(victim.killAndReplace());
    }
    await Promise.all(replaced);
  };
  const restarter = async (): Promise<void> => {
    for (let n = 0; n < restarts; n += 1) {
      await pause(durationMs / (restarts + 1));
      if (signal.aborted) return;
      await installation.restartRedis(n % 2 === 0 ? "SIGKILL" : "SIGTERM");
      redisRestarts += 1;
    }
  };
  await Promise.all([killer(), restarter()]);
  return { kills, redisRestarts };
}
