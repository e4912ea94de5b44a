import { expect, it } from "vitest";

import { readPrometheusConfig } from "../../packages/runtime/test/prometheus-rules.ts";
import { freePort } from "../../packages/runtime/src/private-redis/free-port.ts";
import {
  type ComposeProcess,
  exampleEnvironment,
  scaleInHeader,
  startComposeProcess,
  startComposeRedis,
} from "./compose-services.ts";
import { startEmulatorProcess } from "./processes.ts";
import { parsePrometheusText, total } from "./prometheus-text.ts";

const API_KEY = "key-of-the-compose-file";
const COUNT = 30;
const HEALTHY_WITHIN = { timeout: 30_000, interval: 250 };

/** Every container that the command in the header of the file starts, but for Prometheus. */
async function startAll(upstreamUrl: string): Promise<readonly ComposeProcess[]> {
  const redisEnv = exampleEnvironment({ APIDOT_API_KEY: API_KEY });
  const { redis, isHealthy } = await startComposeRedis(redisEnv);
  await expect.poll(isHealthy, HEALTHY_WITHIN).toBe(true);
  const env = exampleEnvironment({
    APIDOT_API_KEY: API_KEY,
    APIDOT_BASE_URL: upstreamUrl,
    REDIS_PORT: String(redis.port),
    PORT: String(await freePort()),
    POLL_BASE_MS: "100",
    POLL_MIN_MS: "50",
    POLL_CAP_MS: "400",
  });
  const names = ["gateway", "submit-worker", "status-worker", "notify-worker"].flatMap((service) =>
    Array.from({ length: scaleInHeader()[service] ?? 1 }, (_, n) => [service, n + 1] as const),
  );
  const all = await Promise.all(
    names.map(([service, n]) => startComposeProcess(service, env, `${service} ${n}`)),
  );
  for (const one of all) {
    const state = async (): Promise<string> =>
      (await one.isHealthy()) ? "healthy" : one.process.errorOutput();
    await expect.poll(state, HEALTHY_WITHIN).toBe("healthy");
  }
  return all;
}

/** Enqueues through the gateway. @returns where each record is */
async function enqueue(gatewayUrl: string): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: COUNT }, async (_, n) => {
      const answer = await fetch(`${gatewayUrl}/v1/generations`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "veo3.1-fast", input: { prompt: `Boat ${n}` } }),
      });
      expect(answer.status).toBe(202);
      return `${gatewayUrl}${answer.headers.get("location")}`;
    }),
  );
}

async function statusAt(url: string): Promise<string> {
  const answer = await fetch(url);
  return ((await answer.json()) as { readonly status: string }).status;
}

it("what docker-compose.yml starts, as plain processes: healthy, works, drains in time", async () => {
  const emulator = await startEmulatorProcess({ EMULATOR_SPEED: "100", EMULATOR_KEYS: API_KEY });
  const all = await startAll(emulator.url);
  expect(all.map(({ service }) => service)).toEqual([
    "gateway",
    ...Array.from({ length: 2 }, () => "submit-worker"),
    ...Array.from({ length: 3 }, () => "status-worker"),
    "notify-worker",
  ]);

  const [gateway] = all;
  for (const location of await enqueue(gateway?.url ?? "")) {
    await expect.poll(() => statusAt(location), { timeout: 60_000 }).toBe("succeeded");
  }
  const ledger = await emulator.ledger();
  expect(ledger.filter(({ event }) => event === "submit")).toHaveLength(COUNT);
  expect(ledger.filter(({ event }) => event === "charged")).toHaveLength(COUNT);

  // What Prometheus finds behind the names of the services.
  const jobs = readPrometheusConfig().scrape_configs.flatMap(({ dns_sd_configs: dns = [] }) =>
    dns.flatMap(({ names }) => names),
  );
  const targets = all.filter(({ service }) => jobs.includes(service));
  expect(targets).toHaveLength(6);
  const scraped = await Promise.all(
    targets.map(async ({ url }) =>
      parsePrometheusText(await (await fetch(`${url}/metrics`)).text()),
    ),
  );
  for (const samples of scraped) {
    expect(total(samples, "apidot_queue_generations_settled_total")).toBe(COUNT);
  }
  expect(total(scraped.flat(), "apidot_queue_submits_total")).toBe(COUNT);

  for (const one of all) expect(await one.isHealthy(), one.process.name).toBe(true);
  // Like docker: whoever has not ended within its grace is killed, and that shows.
  const ends = await Promise.all(all.map((one) => one.stop()));
  for (const [n, end] of ends.entries()) {
    expect(end, all[n]?.process.output()).toEqual({ code: 0, signal: null });
  }
});

it("a container without its Redis exits 78, and its healthcheck does not pass", async () => {
  const env = exampleEnvironment({
    APIDOT_API_KEY: API_KEY,
    APIDOT_BASE_URL: "http://127.0.0.1:9",
    REDIS_PORT: String(await freePort()),
  });
  const worker = await startComposeProcess("status-worker", env);
  // docker starts it again, as the file says, until Redis is there.
  expect(await worker.process.ended).toEqual({ code: 78, signal: null });
  expect(worker.process.errorOutput()).toContain("REDIS_URL");
  expect(await worker.isHealthy()).toBe(false);
});
