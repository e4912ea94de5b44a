import {
  enqueuedGeneration,
  eventsOf,
  type Generation,
  transition,
  ulidOf,
} from "@apidot-queue/core";
import {
  buildNewGeneration,
  type ClockedJournal,
  connectTestRedis,
  openClockedJournal,
} from "@apidot-queue/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { lanePrefix } from "./keys.ts";

const redis = connectTestRedis();
beforeAll(() => redis.ping());
afterAll(() => redis.disconnect());

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};
const CODES = ["not_sent", "rate_limited", "upstream_unavailable"] as const;
/** A day of refused connections at the longest pause. */
const ATTEMPTS_A_DAY = 2_880;

interface Endless {
  readonly clocked: ClockedJournal;
  readonly id: string;
}

async function setup(): Promise<Endless> {
  const clocked = await openClockedJournal(redis);
  const generation = buildNewGeneration(clocked.journal.lane);
  await clocked.journal.enqueue([generation]);
  return { clocked, id: generation.id };
}

async function begin({ clocked, id }: Endless) {
  let begun = await clocked.journal.begin(id, "4f2a9c0d7b1e", LIMITS);
  // What was refused teaches the lane a pace.
  while (begun.kind === "busy") {
    await clocked.advance(begun.waitMs ?? 0);
    begun = await clocked.journal.begin(id, "4f2a9c0d7b1e", LIMITS);
  }
  if (begun.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(begun)}`);
  return begun.attempt;
}

/** I13: the history, replayed, gives the record. */
async function expectReplay({ clocked, id }: Endless): Promise<void> {
  const stored = (await clocked.journal.get(id))!.generation;
  const { lane, model, priority, createdAt } = stored;
  let replayed: Generation = enqueuedGeneration(
    { id, lane, model, priority, createdAt },
    createdAt,
  );
  for (const entry of await clocked.journal.history(id)) {
    for (const event of eventsOf(entry)) {
      const result = transition(replayed, event);
      if (result.kind === "ignored") throw new Error(`line ignored: ${JSON.stringify(entry)}`);
      replayed = result.generation;
    }
  }
  expect(replayed).toEqual(stored);
}

type Step = (typeof CODES)[number] | "denied" | "woken" | "lost";

const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<Step>(...CODES) },
      { weight: 2, arbitrary: fc.constantFrom<Step>("denied", "woken") },
      { weight: 1, arbitrary: fc.constant<Step>("lost") },
    ),
    // How often in a row: what repeats is what is folded.
    fc.integer({ min: 1, max: 25 }),
    fc.constantFrom(0, 700),
  ),
  { minLength: 3, maxLength: 12 },
);

async function take(endless: Endless, step: Step, pauseMs: number): Promise<void> {
  const { clocked, id } = endless;
  const { journal } = clocked;
  if (step === "woken") {
    await clocked.advance(20_000);
    expect(await journal.wake(await journal.listOverdue("queued", 1), 1_000)).not.toContain(null);
    return;
  }
  const attempt = await begin(endless);
  switch (step) {
    case "denied": {
      const rules = { policy: "park" as const, firstProbeMs: null, keyDigest: "" };
      await journal.deny(attempt, "insufficient_credits", "", rules);
      await journal.resumeLane();
      return;
    }
    case "lost":
      await journal.unconfirm(attempt, "answer_lost", 0);
      await journal.endGrace(id, "resubmit", 100);
      return;
    case "not_sent":
    case "rate_limited":
    case "upstream_unavailable":
      await journal.requeue(attempt, step, pauseMs);
      await clocked.advance(pauseMs);
  }
}

it("a folded history replays to the record, whatever was refused and what came between", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const endless = await setup();
      for (const [step, times, pauseMs] of taken) {
        const most = step === "lost" ? 1 : times;
        for (let n = 0; n < most; n++) await take(endless, step, pauseMs);
      }
      await expectReplay(endless);
    }),
    { numRuns: 60 },
  );
}, 120_000);

it("the history of a generation that is refused for a day is no longer than that of an hour", async () => {
  const endless = await setup();
  const { clocked, id } = endless;
  const prefix = lanePrefix(clocked.journal.lane);
  const bytes = async (): Promise<number> => {
    const keys = ["g", "h"].map((kind) => `${prefix}:${kind}:${ulidOf(id)}`);
    const sizes = await Promise.all(keys.map((key) => redis.memory("USAGE", key)));
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  };
  let anHour = 0;
  for (let n = 1; n <= ATTEMPTS_A_DAY; n++) {
    await clocked.journal.requeue(await begin(endless), CODES[n % 7 === 0 ? 1 : 0], 30_000);
    await clocked.advance(30_000);
    if (n === ATTEMPTS_A_DAY / 24) anHour = await bytes();
  }
  expect(await redis.llen(`${prefix}:h:${ulidOf(id)}`)).toBeLessThanOrEqual(3);
  // The 32 newest lines, and one for all others.
  expect(await bytes()).toBeLessThan(Math.max(8_192, 1.5 * anHour));
  const history = await clocked.journal.history(id);
  expect(history.length).toBeLessThanOrEqual(40);
  await expectReplay(endless);
}, 60_000);
