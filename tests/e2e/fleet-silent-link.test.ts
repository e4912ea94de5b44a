import { startTcpProxy } from "@apidot-queue/testkit";
import { expect, it, onTestFinished } from "vitest";

import { fleetItems } from "./fleet-items.ts";
import { drain, layGround } from "./fleet.ts";
import { startWorkers } from "./processes.ts";

/** Promised: 20 s, of which 12 s are the silence that is taken for trouble. */
const RESUME = { timeout: 20_000, interval: 50 };

it("links to Redis that go silent under load: workers notice within 20 s, and pay for nothing twice", async () => {
  const ground = await layGround({ env: { CONFIRM_GRACE_MS: "", SUBMIT_CONCURRENCY: "2" } });
  const { emulator, installation, producer, redis } = ground;
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(() => proxy.close());
  await emulator.setFaults([{ on: "submit", kind: "slow", delay_ms: 300 }]);
  const workers = await startWorkers({
    ...installation,
    redisUrl: `redis://127.0.0.1:${proxy.port}`,
  });
  const ids = (await producer.enqueueMany(fleetItems(80).items)).map(({ id }) => id);
  await expect.poll(() => ground.countOf("settled"), { timeout: 30_000 }).toBeGreaterThan(0);

  proxy.silence();
  const silentAt = performance.now();
  // What was under way upstream still arrives there; then nothing more until somebody notices.
  const matched = async (): Promise<number> => (await emulator.faultCounts())[0]?.matched ?? 0;
  let [last, quietSince] = [await matched(), performance.now()];
  while (performance.now() - quietSince < 1_000) {
    const count = await matched();
    if (count !== last) [last, quietSince] = [count, performance.now()];
  }
  await expect.poll(matched, RESUME).toBeGreaterThan(last);
  console.info(`a silent link: submits again after ${Math.round(performance.now() - silentAt)} ms`);

  await emulator.setFaults([]);
  const records = await ground.waitForAll(ids);
  for (const record of records) expect(record.status).toBe("succeeded");
  const rows = await ground.balanced(ids);
  expect(rows.filter(({ accepted }) => accepted.length !== 1)).toEqual([]);
  for (const worker of workers.all) expect(worker.isRunning(), worker.name).toBe(true);
  await drain([...workers.all, emulator]);
});
