import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createProducer } from "@apidot-queue/producer";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { startNode } from "./node-process.ts";
import { startEmulatorProcess, startWorker } from "./processes.ts";

const KEY = "unstored-key";
const LITE = { model: "veo3.1-lite", input: { prompt: "a canary on a paper boat" } } as const;

it("a paid task that cannot be stored before the end is kept in a file, and stored at the next start", async () => {
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-unstored-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const redisDir = join(dir, "redis");
  const first = await startPrivateRedis({ dir: redisDir, appendfsync: "always" });
  onTestFinished(() => first.stop());
  const emulator = await startEmulatorProcess({ EMULATOR_SPEED: "200" });
  await emulator.setFaults([{ on: "submit", kind: "slow", delay_ms: 1_500 }]);
  const producer = createProducer({ redis: first.url });
  onTestFinished(() => producer.close());
  const installation = { redisUrl: first.url, upstreamUrl: emulator.url, apiKey: KEY };
  const startInDir = () =>
    startNode(
      "apps/submit-worker/dist/main.js",
      {
        REDIS_URL: first.url,
        APIDOT_BASE_URL: emulator.url,
        APIDOT_API_KEY: KEY,
        METRICS_PORT: "0",
        REQUEST_TIMEOUT_MS: "2000",
      },
      "submit-worker",
      dir,
    );

  const worker = startInDir();
  await worker.printed(/operations server listens/);
  const { id } = await producer.enqueue(LITE);
  const count = async (event: string): Promise<number> =>
    (await emulator.ledger()).filter((line) => line.event === event).length;
  await expect.poll(() => count("accepted"), { timeout: 10_000 }).toBe(1);
  await first.kill("SIGKILL");
  expect((await worker.end("SIGTERM")).code).toBe(1);
  expect(worker.output()).toContain("task kept in a file");

  const file = join(dir, ".data", "unstored-default.jsonl");
  const kept = await readFile(file, "utf8");
  expect(JSON.parse(kept)).toMatchObject({ id, attempt: 1 });
  expect(kept).not.toMatch(/canary|unstored-key|http/);

  const again = await startPrivateRedis({
    dir: redisDir,
    port: first.port,
    appendfsync: "always",
  });
  onTestFinished(() => again.stop());
  const next = startInDir();
  await next.printed(/task stored late/);
  await startWorker("status-worker", installation);
  expect(await producer.wait(id, { timeoutMs: 30_000 })).toMatchObject({
    status: "succeeded",
    attempts: 1,
    extraTaskIds: [],
  });
  expect(await count("submit")).toBe(1);
  expect(await readdir(join(dir, ".data"))).toEqual([expect.stringMatching(/\.stored$/)]);
}, 90_000);
