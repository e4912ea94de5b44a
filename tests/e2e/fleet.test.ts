import { expect, it } from "vitest";

import { enqueueByAnotherProgram, fleetItems } from "./fleet-items.ts";
import { drain, layGround } from "./fleet.ts";
import { type ServiceProcess, startGatewayProcess, startWorkers } from "./processes.ts";
import { parsePrometheusText, type Sample, total } from "./prometheus-text.ts";

const COUNT = 500;

/** @throws {Error} when it is not of the text format */
async function scrape({ url }: ServiceProcess): Promise<Sample[]> {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return parsePrometheusText(await answer.text());
}

it("six processes by hand do five hundred generations of another program, and agree on them", async () => {
  // Patient: a machine with more to do than this must not turn a slow answer into a second call.
  const ground = await layGround({ env: { REQUEST_TIMEOUT_MS: "30000" } });
  const { emulator, installation, waitForAll, balanced, redis, countOf } = ground;
  const [workers, gateway] = await Promise.all([
    startWorkers(installation),
    startGatewayProcess(installation),
  ]);
  const services = [...workers.all, gateway];
  // An upstream takes its time for each call: no worker alone could be done before the other begins.
  await emulator.setFaults([
    { on: "submit", kind: "slow", delay_ms: 100 },
    { on: "status", kind: "slow", delay_ms: 20 },
  ]);

  const { items, credits } = fleetItems(COUNT);
  const ids = await enqueueByAnotherProgram(redis.url, items);
  expect(new Set(ids).size).toBe(COUNT);
  const records = await waitForAll(ids);
  for (const record of records) expect(record).toMatchObject({ status: "succeeded", attempts: 1 });

  const ledger = await emulator.ledger();
  expect(await countOf("submit")).toBe(COUNT);
  expect(await countOf("accepted")).toBe(COUNT);
  const charged = ledger.filter(({ event }) => event === "charged");
  expect(charged.reduce((sum, entry) => sum + (entry.credits ?? 0), 0)).toBe(credits);
  await balanced(ids);

  // A worker counts a poll just after the journal has taken its outcome.
  const finished = async (): Promise<number> => {
    const samples = await Promise.all(workers.status.map(scrape));
    return total(samples.flat(), "apidot_queue_polls_total", { outcome: "finished" });
  };
  await expect.poll(finished, { timeout: 10_000 }).toBe(COUNT);

  const byProcess = new Map<string, Sample[]>();
  for (const service of services) byProcess.set(service.name, await scrape(service));
  const samplesOf = ({ name }: ServiceProcess): Sample[] => byProcess.get(name) ?? [];
  for (const service of services) {
    const own = samplesOf(service);
    // Counted by the journal: each process shows the whole.
    const settled = { status: "succeeded", reason: "" };
    expect(total(own, "apidot_queue_generations_enqueued_total"), service.name).toBe(COUNT);
    expect(total(own, "apidot_queue_generations_settled_total"), service.name).toBe(COUNT);
    expect(total(own, "apidot_queue_generations_settled_total", settled)).toBe(COUNT);
    expect(total(own, "apidot_queue_credits_total"), service.name).toBe(credits);
    expect(total(own, "apidot_queue_generations", { status: "succeeded" })).toBe(COUNT);
  }

  // Counted by the process: the sum is the whole, and each worker did its share.
  const all = services.flatMap(samplesOf);
  expect(total(all, "apidot_queue_submits_total", { outcome: "accepted" })).toBe(COUNT);
  expect(total(all, "apidot_queue_submits_total")).toBe(COUNT);
  expect(total(all, "apidot_queue_submits_not_sent_total")).toBe(0);
  expect(total(all, "apidot_queue_submit_duration_seconds_count")).toBe(COUNT);
  const polls = total(all, "apidot_queue_polls_total");
  expect(polls).toBeGreaterThan(COUNT);
  expect(total(all, "apidot_queue_poll_delay_seconds_count")).toBe(polls);
  expect(total(all, "apidot_queue_upstream_requests_total", { call: "submit" })).toBe(COUNT);
  expect(total(all, "apidot_queue_upstream_requests_total", { call: "status" })).toBe(polls);
  expect(total(all, "apidot_queue_generation_duration_seconds_count")).toBe(COUNT);
  expect(total(all, "apidot_queue_time_to_settle_seconds_count")).toBe(COUNT);
  for (const worker of workers.submit) {
    const own = total(samplesOf(worker), "apidot_queue_submits_total");
    expect(own, worker.name).toBeGreaterThanOrEqual(COUNT / 4);
  }
  for (const worker of workers.status) {
    const own = total(samplesOf(worker), "apidot_queue_polls_total");
    expect(own, worker.name).toBeGreaterThanOrEqual(polls / 4);
  }

  await drain([...services, emulator]);
});
