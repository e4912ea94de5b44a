import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { Redis } from "ioredis";

import { startCallers } from "./callers.ts";
import { startInstallation } from "./installation.ts";
import { isAtRest, readBooks } from "./judge/books.ts";
import { readLedger } from "./judge/ledger.ts";
import { judge, type Verdict } from "./judge/verdict.ts";
import { seededRandom } from "./random.ts";
import { FAULTS, makeTrouble, type Trouble } from "./trouble.ts";
import type { Variant } from "./variants.ts";

/** How a variant is run. */
export interface RunOptions {
  /** How long there is trouble, milliseconds. */
  readonly durationMs: number;
  readonly redisRestarts: number;
  /** Of the order of kills; the rest of a run is not repeatable. */
  readonly seed: number;
  /** Ledger, logs and Redis are kept below this. */
  readonly folder: string;
  /**
   * A module that every process of the product loads first, and that breaks a rule of it: such a run
   * is over as soon as something was paid for twice, because there is nothing more to see.
   */
  readonly preload?: string;
}

/** What was done in a variant and what came of it. */
export interface Outcome {
  readonly variant: Variant;
  readonly trouble: Trouble;
  readonly verdict: Verdict;
  readonly acknowledged: number;
  readonly repeated: number;
  readonly submits: number;
  readonly accepted: number;
  /** Generations at rest, by status. */
  readonly statuses: ReadonlyMap<string, number>;
  /** Processes that did not end with 0 when they were asked to stop. */
  readonly badEnds: readonly string[];
}

const LANE = "default";
/** Less than the upstream's limit, so that the queue is served while half of the fleet is dead. */
const REQUESTS_PER_SECOND = 8;
/** A hint of the last worker that was killed comes to another one within this: it must do no harm. */
const LAST_HINT_MS = 20_000;
/** After that graces and deadlines end whatever is open. */
const REST_LIMIT_MS = 150_000;
const LOOK_EVERY_MS = 1_000;

/** Runs one variant from the first process to the verdict. */
export async function runVariant(variant: Variant, options: RunOptions): Promise<Outcome> {
  await mkdir(options.folder, { recursive: true });
  const installation = await startInstallation({
    folder: options.folder,
    env: variant.env,
    hasCallbacks: variant.callbacks !== null,
    ...(options.preload === undefined ? {} : { preload: options.preload }),
  });
  try {
    await installation.setFaults([...FAULTS, ...(variant.callbacks ?? [])]);
    const callers = startCallers(REQUESTS_PER_SECOND, variant.name, () =>
      installation.gatewayUrls(),
    );
    const isBroken = options.preload !== undefined;
    const timeout = AbortSignal.timeout(options.durationMs);
    const trouble = await makeTrouble(
      installation,
      isBroken
        ? AbortSignal.any([timeout, whenPaidTwice(installation.ledgerFile, timeout)])
        : timeout,
      seededRandom(options.seed),
      { durationMs: options.durationMs, restarts: options.redisRestarts },
    );
    // The upstream stays as bad as it is: only the kills end.
    await callers.finish();
    const redis = new Redis(installation.redisUrl);
    if (!isBroken) await sleep(LAST_HINT_MS);
    await allAtRest(redis);
    const ends = await installation.stopProduct();
    const books = await readBooks(redis, LANE);
    redis.disconnect();
    const ledger = await readLedger(installation.ledgerFile);
    const statuses = new Map<string, number>();
    for (const { status } of books) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const count = (event: string): number => ledger.filter((line) => line.event === event).length;
    return {
      variant,
      trouble,
      verdict: judge({
        promised: variant.promised,
        acknowledged: callers.acknowledged(),
        books,
        ledger,
      }),
      acknowledged: callers.acknowledged().length,
      repeated: callers.repeatedCount(),
      submits: count("submit"),
      accepted: count("accepted"),
      statuses,
      badEnds: [...ends].flatMap(([name, end]) => (end === 0 ? [] : [`${name}: ${end}`])),
    };
  } finally {
    await installation.stopProduct();
    await installation.stopGround();
  }
}

/** @returns a signal that aborts when the upstream has accepted something twice */
function whenPaidTwice(ledgerFile: string, limit: AbortSignal): AbortSignal {
  const found = new AbortController();
  const look = async (): Promise<void> => {
    while (!limit.aborted && !found.signal.aborted) {
      await sleep(LOOK_EVERY_MS);
      const accepted = (await readLedger(ledgerFile)).filter(({ event }) => event === "accepted");
      if (new Set(accepted.map(({ prompt }) => prompt)).size < accepted.length) found.abort();
    }
  };
  // What cannot be read is found out by the judge.
  look().catch(() => undefined);
  return found.signal;
}

/** Waits until every generation is settled or held; what is not by then is for the verdict. */
async function allAtRest(redis: Redis): Promise<void> {
  const until = performance.now() + REST_LIMIT_MS;
  while (performance.now() < until) {
    const books = await readBooks(redis, LANE);
    if (books.every(isAtRest)) return;
    await sleep(LOOK_EVERY_MS);
  }
}
