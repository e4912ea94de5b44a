import { openSubmitQueue } from "@apidot-queue/queue";
import { lanePrefix } from "@apidot-queue/journal";
import { buildNewGeneration } from "@apidot-queue/testkit";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";

import { type Stack, type StackOptions, startStack } from "./stack.ts";

const QUEUED = Number(process.env["LANE_HALT_QUEUED"] ?? 2_000);
const PAID_FOR = 500;
const CREDITS_EACH = 20;
const WORKERS = 2;
const CONCURRENCY = 16;
const IN_FLIGHT = WORKERS * CONCURRENCY;
const MEASURED_MS = 10_000;
/** A limit for what hangs: a busy machine does 30 generations a second. */
const LIMIT_MS = 90_000 + QUEUED * 30;
const LONG = { timeout: LIMIT_MS, interval: 200 };

async function start(rules: StackOptions["rules"] = {}): Promise<Stack> {
  const stack = await startStack({
    submitWorkers: WORKERS,
    submitConcurrency: CONCURRENCY,
    emulator: { credits: PAID_FOR * CREDITS_EACH },
    rules: { ...rules },
  });
  onTestFinished(() => stack.stop());
  return stack;
}

async function enqueue({ lane, journal, context }: Stack, count: number): Promise<void> {
  const queue = openSubmitQueue(context.redis, lanePrefix(lane), () => undefined);
  for (let left = count; left > 0; left -= 1_000) {
    const batch = Array.from({ length: Math.min(left, 1_000) }, () => buildNewGeneration(lane));
    const stored = await journal.enqueue(batch);
    await queue.add(
      stored.map(({ id, wake }) => ({ id, wake, priority: "normal", attempt: 0, delayMs: 0 })),
    );
  }
  await queue.close();
}

async function countOf({ journal }: Stack, status: string): Promise<number> {
  const figures = await journal.figures();
  return figures
    .filter(({ metric, labels }) => metric === "generations" && labels["status"] === status)
    .reduce((sum, { value }) => sum + value, 0);
}

/** Halted, and every call that was in flight has been answered. */
async function untilHalted(stack: Stack): Promise<void> {
  await expect
    .poll(async () => {
      const { state, counts } = await stack.journal.laneState();
      return [state.halt?.reason, counts.submitting];
    }, LONG)
    .toEqual(["insufficient_credits", 0]);
}

async function refusedBegins({ context }: Stack): Promise<number> {
  const text = await context.registry.getSingleMetricAsString("apidot_queue_begin_refused_total");
  return [...text.matchAll(/reason="halted"\} (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
}

async function allSucceed(stack: Stack, count: number): Promise<void> {
  await expect.poll(() => countOf(stack, "succeeded"), LONG).toBe(count);
  expect(await countOf(stack, "failed")).toBe(0);
}

describe(`${QUEUED} queued, and credits for ${PAID_FOR} of them`, { timeout: 2 * LIMIT_MS }, () => {
  it("under fail exactly the calls in flight fail; one resume with a redrive, and all succeed", async () => {
    const stack = await start({ accountErrors: "fail" });
    await enqueue(stack, QUEUED);
    await untilHalted(stack);
    const before = await refusedBegins(stack);
    const callsAtHalt = stack.submitCount();
    await sleep(MEASURED_MS);

    const refusedPerSecond = ((await refusedBegins(stack)) - before) / (MEASURED_MS / 1_000);
    const calls = stack.submitCount();
    const failed = await countOf(stack, "failed");
    console.log(
      `${QUEUED} queued, ${WORKERS} workers: ${calls - PAID_FOR} calls beyond the credits ` +
        `(in flight at most ${IN_FLIGHT}), ${failed} failed, ` +
        `${refusedPerSecond.toFixed(1)} refused begins/s while halted`,
    );
    expect(calls).toBe(callsAtHalt);
    expect(stack.acceptedCount()).toBe(PAID_FOR);
    expect(calls - PAID_FOR).toBeLessThanOrEqual(IN_FLIGHT);
    expect(failed).toBe(calls - PAID_FOR);
    expect(refusedPerSecond).toBeLessThan(5);

    stack.emulator.setCredits({ credits: null });
    const resumed = await stack.producer.resumeLane(stack.lane, { redrive: true });
    expect(resumed).toMatchObject({ redrivenCount: failed, nextCursor: null });
    await allSucceed(stack, QUEUED);
    expect(stack.acceptedCount()).toBe(QUEUED);
  });

  it("under park none fails; one resume, and all succeed", async () => {
    const stack = await start({ accountErrors: "park" });
    await enqueue(stack, QUEUED);
    await untilHalted(stack);
    expect(stack.submitCount() - PAID_FOR).toBeLessThanOrEqual(IN_FLIGHT);
    expect(await countOf(stack, "failed")).toBe(0);

    stack.emulator.setCredits({ credits: null });
    const resumed = await stack.producer.resumeLane(stack.lane, { redrive: true });
    expect(resumed.redrivenCount).toBe(0);
    await allSucceed(stack, QUEUED);
  });
});

it("probes go out one by one, and an accepted one opens the lane by itself", async () => {
  const probes = { firstMs: 300, longestMs: 1_200 };
  const stack = await start({ accountErrors: "park", probes });
  const queued = PAID_FOR + 100;
  await enqueue(stack, queued);
  await untilHalted(stack);
  const { halt } = (await stack.journal.laneState()).state;
  const atHalt = stack.submitCount();
  // Three probes are refused, each parked.
  await expect.poll(() => stack.submitCount(), LONG).toBeGreaterThanOrEqual(atHalt + 3);
  const haltedMs = (await stack.journal.laneState()).now - (halt?.since ?? 0);
  const probed = stack.submitCount() - atHalt;
  const due = [300, 900, 2_100, 3_300, 4_500, 5_700, 6_900].filter((ms) => ms <= haltedMs).length;
  expect(probed).toBeLessThanOrEqual(Math.max(due, Math.ceil(haltedMs / 1_200)));
  expect(await countOf(stack, "failed")).toBe(0);

  stack.emulator.setCredits({ credits: null });
  await allSucceed(stack, queued);
  expect((await stack.journal.laneState()).state).toMatchObject({ halt: null, epoch: 1 });
  expect(stack.acceptedCount()).toBe(queued);
});

it("a halt by hand lets what runs end and submits nothing more; resume goes on at once", async () => {
  const stack = await start();
  await enqueue(stack, 20);
  await allSucceed(stack, 20);
  await stack.producer.haltLane(stack.lane, "maintenance");
  await enqueue(stack, 20);
  const rested = async () => (await refusedBegins(stack)) > 0;
  await expect.poll(rested, LONG).toBe(true);
  expect(stack.submitCount()).toBe(20);
  const [lane] = (await stack.producer.lanes()).filter((one) => one.lane === stack.lane);
  expect(lane).toMatchObject({
    halt: { reason: "by_hand", words: "maintenance" },
    counts: { queued: 20 },
    isUnserved: false,
  });
  await stack.producer.resumeLane(stack.lane);
  await allSucceed(stack, 40);
});

it("an address that is not the API fails nothing: the lane halts", async () => {
  const stack = await start();
  stack.emulator.setFaults([{ on: "submit", kind: "error", status: 404 }]);
  await enqueue(stack, 50);
  await expect
    .poll(async () => (await stack.journal.laneState()).state.halt?.reason, LONG)
    .toBe("upstream_misconfigured");
  await expect.poll(() => countOf(stack, "queued"), LONG).toBe(50);
  expect(stack.submitCount()).toBeLessThanOrEqual(IN_FLIGHT);
  stack.emulator.setFaults([]);
  await stack.producer.resumeLane(stack.lane);
  await allSucceed(stack, 50);
});
