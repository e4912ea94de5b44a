import { type Journal, openJournal } from "@apidot-queue/journal";
import { createProducer, type GenerationRecord, type Producer } from "@apidot-queue/producer";
import { type PrivateRedis, startPrivateRedis } from "@apidot-queue/runtime";
import { Redis } from "ioredis";
import { expect, onTestFinished } from "vitest";

import { balance, type Balance, contradictions } from "./books.ts";
import { endAll, type NodeProcess } from "./node-process.ts";
import { type EmulatorProcess, type Installation, startEmulatorProcess } from "./processes.ts";

/** What a whole installation stands on: a Redis of its own and an upstream, both processes. */
export interface Ground {
  readonly redis: PrivateRedis;
  readonly emulator: EmulatorProcess;
  readonly installation: Installation;
  /** A caller of ours, in the process of the test. */
  readonly producer: Producer;
  readonly journal: Journal;
  /** The journal's own clock, milliseconds. */
  redisTime(): Promise<number>;
  /** Waits until each is settled or held. */
  waitForAll(ids: readonly string[]): Promise<GenerationRecord[]>;
  /** How many lines of a kind the emulator's ledger has now. */
  countOf(event: string): Promise<number>;
  /** Compares journal and ledger, which must not contradict each other. */
  balanced(ids: readonly string[]): Promise<Balance[]>;
}

/** How the ground is laid. */
export interface GroundOptions {
  /** Laid over the defaults of a quick emulator. */
  readonly emulator?: Readonly<Record<string, string>>;
  /** Laid over the defaults of quick processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where an append-only file is kept; without it the Redis has a folder of its own. */
  readonly dir?: string;
}

/** How a process ends that was asked to. */
export const DRAINED = { code: 0, signal: null };
/** How long a fleet may take for all of its work, on a machine that others use as well. */
const WAIT = { timeoutMs: 90_000 };

/** Starts Redis and emulator and opens the books. All of it ends with the test. */
export async function layGround(options: GroundOptions = {}): Promise<Ground> {
  const folder = options.dir === undefined ? {} : { dir: options.dir };
  const redis = await startPrivateRedis({ appendfsync: "always", ...folder });
  onTestFinished(() => redis.stop());
  const emulator = await startEmulatorProcess({ EMULATOR_SPEED: "60", ...options.emulator });
  const producer = createProducer({ redis: redis.url });
  onTestFinished(() => producer.close());
  const client = new Redis(redis.port, "127.0.0.1", { retryStrategy: () => 100 });
  // During an outage each try reports itself.
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  const journal = openJournal(client, "default");
  return {
    redis,
    emulator,
    installation: {
      redisUrl: redis.url,
      upstreamUrl: emulator.url,
      apiKey: "key-of-the-fleet",
      env: options.env ?? {},
    },
    producer,
    journal,
    redisTime: async () => {
      const [seconds, microseconds] = await client.time();
      return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
    },
    waitForAll: (ids) => Promise.all(ids.map((id) => producer.wait(id, WAIT))),
    countOf: async (event) => {
      const ledger = await emulator.ledger();
      return ledger.filter((entry) => entry.event === event).length;
    },
    balanced: async (ids) => {
      const ledger = await emulator.ledger();
      const rows = await balance(journal, ids, ledger);
      expect(contradictions(rows)).toEqual([]);
      // Whatever was accepted is somebody's.
      const owned = rows.reduce((sum, { accepted }) => sum + accepted.length, 0);
      expect(owned).toBe(ledger.filter(({ event }) => event === "accepted").length);
      return rows;
    },
  };
}

/** Asks processes to stop, all at once; each must drain and exit 0. */
export async function drain(processes: readonly NodeProcess[]): Promise<void> {
  const ends = await endAll(processes, "SIGTERM");
  for (const [name, end] of Object.entries(ends)) expect(end, name).toEqual(DRAINED);
}

/**
 * Waits for all of them: each must have been sent once, on its first attempt, and never been in
 * doubt, not even for a while.
 */
export async function expectOnceEach(ground: Ground, ids: readonly string[]): Promise<void> {
  const records = await ground.waitForAll(ids);
  for (const record of records) expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
  const rows = await ground.balanced(ids);
  expect(rows.filter(({ unresolved }) => unresolved > 0)).toEqual([]);
  expect(await ground.countOf("submit")).toBe(ids.length);
  expect(await ground.countOf("accepted")).toBe(ids.length);
  for (const id of ids) expect(await eventsOf(ground.journal, id), id).not.toContain("answer_lost");
}

async function eventsOf(journal: Journal, id: string): Promise<string[]> {
  const history = await journal.history(id);
  return history.flatMap((entry) => (entry.kind === "event" ? [entry.event.type] : []));
}
