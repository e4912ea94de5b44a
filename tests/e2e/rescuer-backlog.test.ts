import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lanePrefix } from "@apidot-queue/journal";
import { openSubmitQueue } from "@apidot-queue/queue";
import { DEFAULT_RESCUER, rescueRound } from "@apidot-queue/rescuer";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { buildNewGeneration, openClockedJournal } from "@apidot-queue/testkit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

const POLICY = {
  ambiguity: "resubmit" as const,
  maxPaidAttempts: 3,
  confirmGraceMs: null,
  submitDeadlineMs: 86_400_000,
  retentionMs: 30 * 86_400_000,
};
const LOST = 100;
const PER_STEP = 5_000;
/** A round looks at so many hints at most. */
const PER_ROUND = 5_000;

interface Round {
  readonly hints: number;
  readonly commands: number;
  readonly ms: number;
}

/** A lane with a backlog, some of whose hints were never added. */
async function setup(backlog: number): Promise<{ round(): Promise<Round> }> {
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-backlog-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const server = await startPrivateRedis({ dir });
  onTestFinished(() => server.stop());
  const redis = new Redis(server.port, "127.0.0.1", { maxRetriesPerRequest: null });
  onTestFinished(() => redis.disconnect());
  const { journal, advance } = await openClockedJournal(redis);
  const prefix = lanePrefix(journal.lane);
  const queue = openSubmitQueue(redis, prefix, () => undefined);
  onTestFinished(() => queue.close());

  const lostEvery = backlog / LOST;
  for (let from = 0; from < backlog; from += PER_STEP) {
    const size = Math.min(PER_STEP, backlog - from);
    const some = Array.from({ length: size }, () => buildNewGeneration(journal.lane));
    const stored = await journal.enqueue(some);
    // The last of each stretch: so the very last one of all is lost, too.
    const added = stored.filter((_, index) => (from + index) % lostEvery !== lostEvery - 1);
    await queue.add(
      added.map(({ id, wake }) => ({ id, wake, priority: "normal", attempt: 0, delayMs: 0 })),
    );
  }
  await advance(10_000);

  const commands = async (): Promise<number> => {
    const calls = (await redis.info("commandstats")).matchAll(/calls=(\d+)/g);
    return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const round = async (): Promise<Round> => {
    await redis.del(`${prefix}:rescue-round`);
    let hints = 0;
    const onRescued = (_: string, kind: string, count: number): void => {
      expect(kind).toBe("hint");
      hints += count;
    };
    const before = await commands();
    const begunAt = performance.now();
    await rescueRound({ journal, queue }, { policy: POLICY, settings: DEFAULT_RESCUER, onRescued });
    const ms = performance.now() - begunAt;
    const spent = (await commands()) - before;
    await advance(DEFAULT_RESCUER.everyMs);
    return { hints, commands: spent, ms };
  };
  return { round };
}

it("100 hints lost among 100,000 are all found within 100 s, and a round costs no more than 5,000 looks", async () => {
  const many = await setup(100_000);
  const rounds: Round[] = [];
  for (let n = 0; n < 100_000 / PER_ROUND; n++) rounds.push(await many.round());
  expect(rounds.map(({ hints }) => hints)).toEqual(rounds.map(() => LOST / rounds.length));

  const few = await setup(1_000);
  const [all, idle] = [await few.round(), await few.round()];
  expect(all.hints).toBe(LOST);
  // What is not due costs nothing.
  expect(idle.hints).toBe(0);
  expect(idle.commands).toBeLessThan(50);
  const [first] = rounds;
  const ratio = (first?.commands ?? 0) / all.commands;
  // Five times as many looks, however many times as many wait.
  expect(ratio).toBeLessThan(PER_ROUND / 1_000);
  const longestMs = Math.max(...rounds.map(({ ms }) => ms));
  console.info(
    `a round at 1,000 queued: ${all.commands} commands, ${all.ms.toFixed(0)} ms; ` +
      `at 100,000: ${first?.commands} commands, ${longestMs.toFixed(0)} ms; ratio ${ratio.toFixed(2)}; ` +
      `with nothing due: ${idle.commands} commands, ${idle.ms.toFixed(1)} ms`,
  );
}, 300_000);
