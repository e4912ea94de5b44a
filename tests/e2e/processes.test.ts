import { taskOf } from "@apidot-queue/core";
import { type LaneFigure, openJournal } from "@apidot-queue/journal";
import { createProducer, type EnqueueItem, type GenerationRecord } from "@apidot-queue/producer";
import { connectTestRedis, testRedisUrl } from "@apidot-queue/testkit";
import { expect, it, onTestFinished } from "vitest";

import { type Balance, balance, contradictions } from "./books.ts";
import { endAll } from "./node-process.ts";
import {
  type EmulatorProcess,
  type Installation,
  startEmulatorProcess,
  startGatewayProcess,
  startWorker,
  startWorkers,
} from "./processes.ts";
import { parsePrometheusText, type Sample, total } from "./prometheus-text.ts";

const COUNT = 60;
const API_KEY = "key-of-the-process-tests";
const WAIT = { timeoutMs: 90_000 };

/** Sixty generations of several shapes, each with a prompt of its own. */
const ITEMS: readonly EnqueueItem[] = Array.from({ length: COUNT }, (_, n): EnqueueItem => {
  const prompt = `scene ${n}: a lighthouse keeper winds the clock before the storm`;
  if (n % 3 === 0) {
    const images = [`https://images.example/lighthouse-${n}.webp`];
    const input = { prompt, generate_type: "frame", image_urls: images } as const;
    return { request: { model: "veo3.1-fast", input } };
  }
  return { request: { model: "veo3.1-lite", input: { prompt } } };
});

/** An empty Redis, an emulator, and a producer and a journal of the lane that workers serve. */
async function setup(emulatorEnv: Readonly<Record<string, string>> = {}) {
  const redis = connectTestRedis();
  onTestFinished(() => redis.disconnect());
  await redis.flushall();
  const producer = createProducer({ redis: testRedisUrl() });
  onTestFinished(() => producer.close());
  const emulator = await startEmulatorProcess({ EMULATOR_SPEED: "60", ...emulatorEnv });
  const installation: Installation = {
    redisUrl: testRedisUrl(),
    upstreamUrl: emulator.url,
    apiKey: API_KEY,
  };
  const waitForAll = (ids: readonly string[]): Promise<GenerationRecord[]> =>
    Promise.all(ids.map((id) => producer.wait(id, WAIT)));
  return { emulator, producer, installation, waitForAll, journal: openJournal(redis, "default") };
}

const countOf = async (emulator: EmulatorProcess, event: string): Promise<number> =>
  (await emulator.ledger()).filter((entry) => entry.event === event).length;

/** How many generations are in a status now. */
function countWith(figures: readonly LaneFigure[], status: string): number {
  const figure = figures.find((f) => f.metric === "generations" && f.labels["status"] === status);
  return figure?.value ?? 0;
}

const STOPPED = { code: 0, signal: null };
/** What no number may be told apart by. */
const LABELS = ["lane", "model", "status", "reason", "code", "outcome", "call", "kind", "le"];

it("sixty generations pass through real processes, and their metrics tell numbers only", async () => {
  const { emulator, producer, installation, waitForAll, journal } = await setup();
  const [workers, gateway] = await Promise.all([
    startWorkers(installation),
    startGatewayProcess(installation),
  ]);
  const ids = (await producer.enqueueMany(ITEMS)).map(({ id }) => id);
  const records = await waitForAll(ids);

  for (const record of records) expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
  const ledger = await emulator.ledger();
  expect(ledger.filter(({ event }) => event === "accepted")).toHaveLength(COUNT);
  expect(ledger.filter(({ event }) => event === "submit")).toHaveLength(COUNT);
  expect(contradictions(await balance(journal, ids, ledger))).toEqual([]);

  const services = [...workers.all, gateway];
  const secrets = [
    ...ids,
    ...records.flatMap(({ task, files }) => [task?.id ?? "", files[0]?.url ?? ""]),
    "lighthouse",
    "images.example",
    "http:",
    "https:",
    API_KEY,
  ];
  const samples: Sample[][] = [];
  for (const service of services) {
    for (const path of ["/healthz", "/readyz"]) {
      expect((await fetch(service.url + path)).status, `${service.name} ${path}`).toBe(200);
    }
    const answer = await fetch(`${service.url}/metrics`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    for (const secret of secrets) expect(text, service.name).not.toContain(secret);
    const own = parsePrometheusText(text);
    for (const { name, labels } of own.filter((sample) => sample.name.startsWith("apidot_"))) {
      for (const label of Object.keys(labels)) expect(LABELS, name).toContain(label);
    }
    // Counted by the journal: the same wherever it is read.
    expect(total(own, "apidot_queue_generations_enqueued_total")).toBe(COUNT);
    expect(
      total(own, "apidot_queue_generations_settled_total", { status: "succeeded", reason: "" }),
    ).toBe(COUNT);
    expect(total(own, "apidot_queue_generations", { status: "succeeded" })).toBe(COUNT);
    expect(total(own, "apidot_queue_generations")).toBe(COUNT);
    samples.push(own);
  }
  // Counted by the process: the sum is the whole.
  const all = samples.flat();
  expect(total(all, "apidot_queue_submits_total", { outcome: "accepted" })).toBe(COUNT);
  expect(total(all, "apidot_queue_polls_total", { outcome: "finished" })).toBe(COUNT);
  expect(total(all, "apidot_queue_time_to_settle_seconds_count")).toBe(COUNT);
  const submits = { call: "submit", code: "200" };
  expect(total(all, "apidot_queue_upstream_requests_total", submits)).toBe(COUNT);

  const seen = await fetch(`${gateway.url}/v1/generations/${ids[0]}`);
  expect(await seen.json()).toMatchObject({ id: ids[0], status: "succeeded" });

  const ends = await endAll([...services, emulator], "SIGTERM");
  for (const [name, end] of Object.entries(ends)) expect(end, name).toEqual(STOPPED);
});

it("SIGTERM under load loses and repeats nothing: the next start goes on", async () => {
  const { emulator, producer, installation, waitForAll, journal } = await setup();
  await emulator.setFaults([
    { on: "submit", kind: "slow", delay_ms: 700 },
    { on: "status", kind: "slow", delay_ms: 300 },
  ]);
  const first = await startWorkers(installation);
  const ids = (await producer.enqueueMany(ITEMS)).map(({ id }) => id);
  // Both submit workers have requests out, some tasks are polled, and some wait for a worker.
  await expect.poll(() => countOf(emulator, "accepted"), { timeout: 20_000 }).toBeGreaterThan(32);
  const ends = await endAll(first.all, "SIGTERM");
  for (const [name, end] of Object.entries(ends)) expect(end, name).toEqual(STOPPED);

  const left = await Promise.all(ids.map(async (id) => (await journal.get(id))?.generation));
  const statuses = left.map((generation) => generation?.status);
  // What was sent is stored: nothing hangs in between.
  expect(statuses).not.toContain("submitting");
  expect(statuses).not.toContain("unconfirmed");
  expect(statuses).toContain("running");
  const stored = left.filter((generation) => generation !== undefined && taskOf(generation));
  expect(stored).toHaveLength(await countOf(emulator, "accepted"));

  await emulator.setFaults([]);
  const second = await startWorkers(installation);
  const records = await waitForAll(ids);
  for (const record of records) expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
  const ledger = await emulator.ledger();
  expect(ledger.filter(({ event }) => event === "submit")).toHaveLength(COUNT);
  expect(ledger.filter(({ event }) => event === "accepted")).toHaveLength(COUNT);
  const rows = await balance(journal, ids, ledger);
  expect(contradictions(rows)).toEqual([]);
  expect(rows.filter(({ unresolved }) => unresolved > 0)).toEqual([]);

  const lastEnds = await endAll([...second.all, emulator], "SIGTERM");
  for (const [name, end] of Object.entries(lastEnds)) expect(end, name).toEqual(STOPPED);
});

it("SIGKILL amid submits and polls: all end, and journal and ledger agree", async () => {
  const { emulator, producer, waitForAll, journal, ...base } = await setup();
  // Longer than the slowest answer: what gets none was killed, and did not time out.
  const installation = { ...base.installation, env: { REQUEST_TIMEOUT_MS: "10000" } };
  // The first answers come soon, so that tasks are polled; the ones behind them are still out when
  // the kill comes, however slow this machine is.
  await emulator.setFaults([
    { on: "submit", kind: "slow", delay_ms: 1_500, times: 32 },
    { on: "submit", kind: "slow", delay_ms: 8_000, skip: 32 },
    { on: "status", kind: "slow", delay_ms: 1_500 },
  ]);
  const workers = await startWorkers(installation);
  const ids = (await producer.enqueueMany(ITEMS)).map(({ id }) => id);
  // A submit worker has 16 requests out at most, and only 32 were answered soon: with 49 accepted,
  // either worker has one out.
  await expect.poll(() => countOf(emulator, "accepted"), { timeout: 20_000 }).toBeGreaterThan(48);
  await expect
    .poll(async () => countWith(await journal.figures(), "running"), { timeout: 20_000 })
    .toBeGreaterThanOrEqual(16);
  // Both status workers, so that polls are cut off for certain; nobody is left to take them over.
  const [submitVictim, submitSurvivor] = workers.submit;
  const ends = await endAll([submitVictim, ...workers.status], "SIGKILL");
  for (const end of Object.values(ends)) expect(end).toEqual({ code: null, signal: "SIGKILL" });
  await emulator.setFaults([]);
  const successor = await startWorker("status-worker", installation, "status-worker 3");

  const records = await waitForAll(ids);
  for (const record of records) expect(["succeeded", "held"]).toContain(record.status);

  const ledger = await emulator.ledger();
  const rows = await balance(journal, ids, ledger);
  expect(contradictions(rows)).toEqual([]);
  const sum = (count: (row: Balance) => number): number =>
    rows.reduce((all, row) => all + count(row), 0);
  // Nothing was sent but what these generations asked for.
  const accepted = ledger.filter(({ event }) => event === "accepted").length;
  expect(sum((row) => row.accepted.length)).toBe(accepted);
  // The kill hit submits that were out; each of them is on the books as unresolved.
  const lost = accepted - sum((row) => row.known.length);
  expect(lost).toBeGreaterThan(0);
  expect(sum((row) => row.unresolved)).toBeGreaterThanOrEqual(lost);

  const lastEnds = await endAll([submitSurvivor, successor, emulator], "SIGTERM");
  for (const [name, end] of Object.entries(lastEnds)) expect(end, name).toEqual(STOPPED);
});
