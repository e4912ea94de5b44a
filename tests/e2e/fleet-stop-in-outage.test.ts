import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { fleetItems } from "./fleet-items.ts";
import { DRAINED, expectOnceEach, layGround } from "./fleet.ts";
import { endAll } from "./node-process.ts";
import { startWorkers } from "./processes.ts";

it("SIGTERM while Redis is away for a moment: what is in hand is stored at its return, and all exit 0", async () => {
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-outage-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const ground = await layGround({ dir, env: { CONFIRM_GRACE_MS: "" } });
  const { emulator, installation, producer, redis } = ground;
  await emulator.setFaults([
    { on: "submit", kind: "slow", delay_ms: 1_500 },
    { on: "status", kind: "slow", delay_ms: 500 },
  ]);
  const workers = await startWorkers(installation);
  const queued = await producer.enqueueMany(fleetItems(60).items);
  await expect.poll(() => ground.countOf("accepted"), { timeout: 20_000 }).toBeGreaterThan(33);

  await redis.kill("SIGKILL");
  await Promise.all(workers.all.map((worker) => worker.printed(/redis connection is lost/)));
  const ending = endAll(workers.all, "SIGTERM");
  await Promise.all(workers.all.map((worker) => worker.printed(/"msg":"draining"/)));
  const again = await startPrivateRedis({ dir, port: redis.port, appendfsync: "always" });
  onTestFinished(() => again.stop());
  for (const [name, end] of Object.entries(await ending)) expect(end, name).toEqual(DRAINED);

  await emulator.setFaults([]);
  await startWorkers(installation);
  await expectOnceEach(
    ground,
    queued.map(({ id }) => id),
  );
});

it("SIGTERM while Redis stays away: who holds nothing that was paid for exits 0 without it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-outage-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const ground = await layGround({ dir });
  const workers = await startWorkers(ground.installation);
  // Every connection of theirs is there once they have worked.
  const { id } = await ground.producer.enqueue({
    model: "veo3.1-lite",
    input: { prompt: "a lighthouse" },
  });
  await ground.waitForAll([id]);
  await ground.redis.kill("SIGKILL");
  await Promise.all(workers.all.map((worker) => worker.printed(/redis connection is lost/)));
  const ends = await endAll(workers.all, "SIGTERM");
  for (const [name, end] of Object.entries(ends)) expect(end, name).toEqual(DRAINED);
});
