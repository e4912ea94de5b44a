import { expect, it } from "vitest";

import { enqueueByAnotherProgram, fleetItems } from "./fleet-items.ts";
import { drain, expectOnceEach, layGround } from "./fleet.ts";
import { startGatewayLoad } from "./gateway-load.ts";
import {
  type ServiceProcess,
  startGatewayProcess,
  startWorker,
  startWorkers,
} from "./processes.ts";

/** Answers take long enough that each process has several of them out when it is asked to stop. */
const SLOW = [
  { on: "submit", kind: "slow", delay_ms: 400 },
  { on: "status", kind: "slow", delay_ms: 150 },
] as const;
/** No answer may be missed for being slow: only the stop could lose one. */
const PATIENT = { env: { REQUEST_TIMEOUT_MS: "30000", SUBMIT_CONCURRENCY: "8" } };

it("SIGTERM to every process at once, under load: each drains, and the next start goes on", async () => {
  const ground = await layGround(PATIENT);
  const { emulator, installation, journal } = ground;
  await emulator.setFaults(SLOW);
  const [workers, gateway] = await Promise.all([
    startWorkers(installation),
    startGatewayProcess(installation),
  ]);
  const load = startGatewayLoad(gateway.url, { callers: 8 });
  // Both submit workers have their hands full, and tasks are polled.
  await expect.poll(() => ground.countOf("accepted"), { timeout: 20_000 }).toBeGreaterThan(32);
  await drain([...workers.all, gateway]);
  await load.stop();

  const left = await Promise.all(load.acknowledged().map((id) => journal.get(id)));
  const statuses = left.map((stored) => stored?.generation.status);
  expect(statuses).not.toContain("submitting");
  expect(statuses).not.toContain("unconfirmed");
  // The stop came amid the work.
  expect(statuses).toContain("queued");
  expect(statuses).toContain("running");

  await emulator.setFaults([]);
  const [second, secondGateway] = await Promise.all([
    startWorkers(installation),
    startGatewayProcess(installation),
  ]);
  const ids = await load.finish(secondGateway.url);
  await expectOnceEach(ground, ids);
  await drain([...second.all, secondGateway, emulator]);
});

it("a rolling restart under load: one after the other drains, the others go on", async () => {
  const ground = await layGround(PATIENT);
  const { emulator, installation, redis } = ground;
  await emulator.setFaults(SLOW);
  const [workers, gateway] = await Promise.all([
    startWorkers(installation),
    startGatewayProcess(installation),
  ]);
  const queued = await enqueueByAnotherProgram(redis.url, fleetItems(120).items);
  const load = startGatewayLoad(gateway.url, { callers: 2, pauseMs: 100 });
  await expect.poll(() => ground.countOf("accepted"), { timeout: 20_000 }).toBeGreaterThan(8);

  const running: ServiceProcess[] = [];
  for (const [app, worker] of [
    ["submit-worker", workers.submit[0]],
    ["status-worker", workers.status[0]],
    ["submit-worker", workers.submit[1]],
    ["status-worker", workers.status[1]],
  ] as const) {
    await drain([worker]);
    const before = await ground.countOf("submit");
    running.push(await startWorker(app, installation, `${worker.name}, again`));
    // The others never stopped.
    await expect.poll(() => ground.countOf("submit"), { timeout: 20_000 }).toBeGreaterThan(before);
  }
  // At the same address: its callers know no other.
  await drain([gateway]);
  const PORT = new URL(gateway.url).port;
  running.push(
    await startGatewayProcess({ ...installation, env: { PORT } }, `${gateway.name}, again`),
  );
  await expect.poll(() => load.answered(202), { timeout: 20_000 }).toBeGreaterThan(0);
  await load.stop();
  const ids = await load.finish(gateway.url);

  await emulator.setFaults([]);
  await expectOnceEach(ground, [...queued, ...ids]);
  await drain([...running, emulator]);
});
