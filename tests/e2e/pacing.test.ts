import { burstOf, NO_LIMITS } from "@apidot-queue/core";
import { buildNewGeneration } from "@apidot-queue/testkit";
import { openSubmitQueue } from "@apidot-queue/queue";
import { lanePrefix } from "@apidot-queue/journal";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";

import { startStack } from "./stack.ts";

const QUEUED = 10_000;
const RATE = 20;
const MEASURED_MS = 10_000;

/** Times of the submits that the emulator saw, milliseconds, in order. */
function submitTimes(ledger: readonly { readonly event: string; readonly at: string | number }[]) {
  return ledger
    .filter(({ event }) => event === "submit")
    .map(({ at }) => new Date(at).getTime())
    .toSorted((a, b) => a - b);
}

it(`${QUEUED} queued at ${RATE}/s: the rate is kept and used, and waiting costs next to nothing`, async () => {
  const stack = await startStack({
    submitWorkers: 2,
    submitConcurrency: 16,
    rules: { lane: { ...NO_LIMITS, ratePerSecond: RATE } },
  });
  try {
    const { journal, context } = stack;
    const queue = openSubmitQueue(context.redis, lanePrefix(stack.lane), () => undefined);
    for (let from = 0; from < QUEUED; from += 1_000) {
      const batch = Array.from({ length: 1_000 }, () => buildNewGeneration(stack.lane));
      const stored = await journal.enqueue(batch);
      await queue.add(
        stored.map(({ id, wake }) => ({ id, wake, priority: "normal", attempt: 0, delayMs: 0 })),
      );
    }
    await queue.close();
    const refusedBefore = await refusedCount(stack);
    const from = Date.now();
    await sleep(MEASURED_MS);
    const seconds = (Date.now() - from) / 1_000;
    const refused = (await refusedCount(stack)) - refusedBefore;
    const times = submitTimes(stack.emulator.ledger());
    const begun = times.filter((at) => at >= from).length;
    console.log(
      `${QUEUED} queued: ${(begun / seconds).toFixed(1)} submits/s of ${RATE}, ` +
        `${(refused / seconds).toFixed(1)} refused begins/s`,
    );
    expect(refused / seconds).toBeLessThan(100);
    expect(begun / seconds).toBeGreaterThan(RATE * 0.9);
    // Begins keep the rate exactly; what is between a begin and its arrival is a machine's noise.
    const slackMs = 500;
    for (const [index, first] of times.entries()) {
      const until = times.findIndex((at) => at > first + 1_000);
      const inOneSecond = (until === -1 ? times.length : until) - index;
      expect(inOneSecond).toBeLessThanOrEqual((RATE * (1_000 + slackMs)) / 1_000 + burstOf(RATE));
    }
  } finally {
    await stack.stop();
  }
});

async function refusedCount({ context }: Awaited<ReturnType<typeof startStack>>): Promise<number> {
  const text = await context.registry.getSingleMetricAsString("apidot_queue_begin_refused_total");
  return [...text.matchAll(/reason="paced"\} (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
}
