import { startPrivateRedis } from "@apidot-queue/runtime";
import { startTcpProxy } from "@apidot-queue/testkit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";

import { fleetItems } from "./fleet-items.ts";
import { drain, layGround } from "./fleet.ts";
import { startGatewayProcess, startWorkers } from "./processes.ts";

const RESUME = { timeout: 15_000, interval: 50 };

it("the server becomes a replica under load: everybody goes to the new master by itself, nothing is lost or paid twice", async () => {
  const ground = await layGround({ env: { SUBMIT_CONCURRENCY: "2" } });
  const { emulator, installation, producer, redis } = ground;
  const next = await startPrivateRedis({ appendfsync: "always" });
  onTestFinished(() => next.stop());
  const [oldServer, newServer] = [redis, next].map(({ port }) => {
    const client = new Redis(port, "127.0.0.1");
    onTestFinished(() => client.disconnect());
    return client;
  });
  await newServer!.replicaof("127.0.0.1", redis.port);
  const link = async (): Promise<string> => newServer!.info("replication");
  await expect.poll(link, RESUME).toContain("master_link_status:up");

  // What a name or an address that moves with the master does to old connections: nothing.
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(() => proxy.close());
  await emulator.setFaults([{ on: "submit", kind: "slow", delay_ms: 300 }]);
  const behindName = { ...installation, redisUrl: `redis://127.0.0.1:${proxy.port}` };
  const [workers, gateway] = await Promise.all([
    startWorkers(behindName),
    startGatewayProcess(behindName),
  ]);
  const ids = (await producer.enqueueMany(fleetItems(80).items)).map(({ id }) => id);
  await expect.poll(() => ground.countOf("settled"), { timeout: 30_000 }).toBeGreaterThan(0);

  proxy.pointTo(next.port);
  await oldServer!.call("FAILOVER", "TO", "127.0.0.1", next.port, "TIMEOUT", 10_000);
  const role = async (): Promise<string> => newServer!.info("replication");
  await expect.poll(role, RESUME).toContain("role:master");
  const submits = (): Promise<number> => ground.countOf("submit");
  const before = await submits();
  await expect.poll(submits, RESUME).toBeGreaterThan(before + 4);
  // The gateway, too: at worst one request finds out.
  const enqueue = async (): Promise<number> => {
    const answer = await fetch(`${gateway.url}/v1/generations`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "after the failover" },
      body: JSON.stringify({ model: "veo3.1-lite", input: { prompt: "a change of guard" } }),
    });
    const { id } = (await answer.json()) as { readonly id?: string };
    if (id !== undefined) ids.push(id);
    return answer.status;
  };
  await expect.poll(enqueue, RESUME).toBe(202);

  await emulator.setFaults([]);
  const records = await ground.waitForAll(ids);
  for (const record of records) expect(record.status).toBe("succeeded");
  const rows = await ground.balanced(ids);
  expect(rows.filter(({ accepted }) => accepted.length !== 1)).toEqual([]);
  const services = [...workers.all, gateway];
  for (const service of services) expect(service.isRunning(), service.name).toBe(true);
  await drain([...services, emulator]);
});
