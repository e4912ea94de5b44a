import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { fleetItems } from "./fleet-items.ts";
import { drain, type Ground, layGround } from "./fleet.ts";
import { type GatewayAnswer, startGatewayLoad } from "./gateway-load.ts";
import { startGatewayProcess, startWorkers } from "./processes.ts";

/**
 * How long a killed Redis stays away, each in a test of its own. What is promised to be survived is
 * `OUTAGE_MS=2000,9000,22000,60000`; the two long ones are for whoever has the time.
 */
const OUTAGES_MS = (process.env["OUTAGE_MS"] ?? "2000,9000").split(",").map(Number);
/** Longer than a producer waits for an answer, shorter than a silent connection is given up. */
const FREEZE_MS = 8_000;
/** A fleet resumes within 5 s, mostly one; a machine that is busy with other tests gets twice that. */
const RESUME = { timeout: 10_000, interval: 25 };
/** A producer finds out by its time-outs that Redis has gone silent; until then its callers wait. */
const FOUND_OUT_MS = 6_000;
/** Of two callers who pause for 100 ms: far fewer than they get, far more than if each had to wait. */
const REFUSALS_PER_SECOND = 8;
const BACKLOG = 200;

/** One way to lose Redis. */
interface Outage {
  readonly lastsMs: number;
  /** For how much of it requests are refused at once. */
  readonly refusingMs: number;
  /** @returns how to bring it back */
  takeAway(ground: Ground, dir: string): Promise<() => Promise<void>>;
}

const killedFor = (lastsMs: number): Outage => ({
  lastsMs,
  refusingMs: lastsMs,
  takeAway: async ({ redis }, dir) => {
    await redis.kill("SIGKILL");
    return async () => {
      const { port } = redis;
      const again = await startPrivateRedis({ dir, port, appendfsync: "always" });
      onTestFinished(() => again.stop());
    };
  },
});

const FROZEN: Outage = {
  lastsMs: FREEZE_MS,
  refusingMs: FREEZE_MS - FOUND_OUT_MS,
  takeAway: async ({ redis }) => {
    await redis.kill("SIGSTOP");
    return () => redis.kill("SIGCONT");
  },
};

/** Takes Redis away under load, brings it back, and lets all work come to its end. */
async function survive({ lastsMs, refusingMs, takeAway }: Outage): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-outage-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  // No grace of the test's own: the default is what an outage must be survived with.
  const env = { CONFIRM_GRACE_MS: "", SUBMIT_CONCURRENCY: "4" };
  const ground = await layGround({ dir, env });
  const { emulator, installation, producer } = ground;
  await emulator.setFaults([
    { on: "submit", kind: "slow", delay_ms: 400 },
    { on: "status", kind: "slow", delay_ms: 100 },
  ]);
  const [workers, gateway] = await Promise.all([
    startWorkers(installation),
    startGatewayProcess(installation),
  ]);
  const services = [...workers.all, gateway];
  const queued = await producer.enqueueMany(fleetItems(BACKLOG).items);
  const load = startGatewayLoad(gateway.url, { callers: 2, pauseMs: 100 });
  // Submits are out, tasks are polled, most of the backlog waits, and the gateway is at work.
  await expect.poll(() => ground.countOf("settled"), { timeout: 30_000 }).toBeGreaterThan(0);
  await expect.poll(() => load.answered(202), { timeout: 20_000 }).toBeGreaterThan(4);

  const bringBack = await takeAway(ground, dir);
  const lostAt = Date.now();
  await sleep(lastsMs);
  const submits = (): Promise<number> => ground.countOf("submit");
  const polls = async (): Promise<number> => (await emulator.faultCounts())[1]?.matched ?? 0;
  const [submitsBefore, pollsBefore] = await Promise.all([submits(), polls()]);
  const acceptedBefore = load.answered(202);
  const backFrom = Date.now();
  await bringBack();
  const back = Date.now();
  const resumed = async (count: () => Promise<number>, before: number): Promise<number> => {
    await expect.poll(count, RESUME).toBeGreaterThan(before);
    return Date.now() - back;
  };
  const resumedMs = await Promise.all([
    resumed(submits, submitsBefore),
    resumed(polls, pollsBefore),
    resumed(() => Promise.resolve(load.answered(202)), acceptedBefore),
  ]);
  await load.stop();

  // By themselves: nothing was started again, and nothing has ended.
  for (const service of services) expect(service.isRunning(), service.name).toBe(true);
  for (const { url, name } of services) {
    expect((await fetch(`${url}/readyz`)).status, name).toBe(200);
    expect((await fetch(`${url}/healthz`)).status, name).toBe(200);
  }
  const during = load.answers.filter(
    ({ at, durationMs }) => at - durationMs > lostAt && at < backFrom,
  );
  for (const { httpStatus, code } of during) {
    expect(httpStatus).toBe(503);
    expect(["not_stored", "storage_unknown"]).toContain(code);
  }
  // Nobody was left without an answer, and nearly all had theirs at once.
  expect(load.answered(0)).toBe(0);
  expect(during.length).toBeGreaterThanOrEqual((REFUSALS_PER_SECOND * refusingMs) / 1_000);
  report(lastsMs, resumedMs, during);

  await emulator.setFaults([]);
  const ids = [...queued.map(({ id }) => id), ...(await load.finish(gateway.url))];
  const records = await ground.waitForAll(ids);
  for (const record of records) expect(record.status).toBe("succeeded");
  const rows = await ground.balanced(ids);
  // An answer that came while Redis was away was kept until it could be stored.
  expect(rows.filter(({ accepted }) => accepted.length !== 1)).toEqual([]);
  expect(rows.filter(({ unresolved }) => unresolved > 0)).toEqual([]);
  for (const service of services) expect(service.isRunning(), service.name).toBe(true);
  await drain([...services, emulator]);
}

function report(
  lastsMs: number,
  resumedMs: readonly number[],
  during: readonly GatewayAnswer[],
): void {
  const durations = during
    .map(({ durationMs }) => Math.round(durationMs))
    .toSorted((a, b) => a - b);
  const median = durations[Math.floor(durations.length / 2)];
  const [submitMs, pollMs, gatewayMs] = resumedMs;
  const [, medianMs] = resumedMs.toSorted((a, b) => a - b);
  console.info(
    `away ${lastsMs} ms: first submit after ${submitMs} ms, first poll after ${pollMs} ms, ` +
      `first enqueue after ${gatewayMs} ms, median ${medianMs} ms; ` +
      `${during.length} times 503, median ${median} ms, slowest ${durations.at(-1)} ms`,
  );
}

it.each(OUTAGES_MS)(
  "Redis killed under load and away for %d ms: 503 meanwhile, all resume by themselves, the books balance",
  async (lastsMs) => {
    await survive(killedFor(lastsMs));
  },
  240_000,
);

it("Redis frozen under load: 503 meanwhile, all resume by themselves, the books balance", async () => {
  await survive(FROZEN);
});
