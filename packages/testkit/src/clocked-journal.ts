import { readFileSync } from "node:fs";

import type { Journal, JournalConnection } from "@apidot-queue/journal";
import { openJournalWith, readScripts } from "@apidot-queue/journal/testing";

import { uniqueLane } from "./redis.ts";

/** A journal whose time stands still until the test moves it. */
export interface ClockedJournal {
  readonly journal: Journal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the clock; never backwards by itself, the test may. */
  advance(ms: number): Promise<void>;
}

const START = Date.UTC(2026, 0, 1);

/** Opens a journal of a fresh lane with the shipped scripts and the clock of the test. */
export async function openClockedJournal(redis: JournalConnection): Promise<ClockedJournal> {
  const lane = uniqueLane();
  const now = readFileSync(new URL("../lua/now.lua", import.meta.url), "utf8");
  const key = `{aq.${lane}}:test-clock`;
  let at = START;
  await redis.set(key, at);
  return {
    journal: openJournalWith(redis, lane, readScripts({ now })),
    now: () => at,
    advance: async (ms) => {
      at += ms;
      await redis.set(key, at);
    },
  };
}
