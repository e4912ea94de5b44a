import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { readMetricsPage } from "../../packages/runtime/test/metrics-page.ts";
import { startNode } from "./node-process.ts";
import {
  type Installation,
  startEmulatorProcess,
  startGatewayProcess,
  startWorker,
} from "./processes.ts";
import { parsePrometheusText, type Sample } from "./prometheus-text.ts";

const { text: PAGE, rows: ROWS, values: VALUES } = readMetricsPage();
type Row = (typeof ROWS)[number];

/** What a process shows of ours: its help and type lines, and its samples. */
interface Exposition {
  readonly described: readonly string[];
  /** Of ours and of the process: what it shows at all, with samples or without. */
  readonly names: readonly (string | undefined)[];
  readonly samples: readonly Sample[];
}

async function scrape(url: string): Promise<Exposition> {
  const answer = await fetch(`${url}/metrics`);
  const text = await answer.text();
  return {
    described: text.match(/^# (?:HELP|TYPE) apidot_queue_.*$/gm) ?? [],
    names: [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name),
    samples: parsePrometheusText(text),
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);
const described = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap(({ name, type, meaning }) => [
    `# HELP ${name} ${meaning}`,
    `# TYPE ${name} ${type}`,
  ]);

/** What a process shows of a metric beside the page: no sample, another label, an unlisted value. */
function untold({ samples }: Exposition, { name, type, labels }: Row): readonly string[] {
  const own = samples.filter((sample) =>
    type === "histogram" ? sample.name.startsWith(`${name}_`) : sample.name === name,
  );
  if (own.length === 0) return [`${name} has no sample`];
  return own.flatMap((sample) => {
    const shown = Object.entries(sample.labels).filter(([label]) => label !== "le");
    const names = shown.map(([label]) => label);
    const isTold =
      names.toSorted(byText).join() === labels.toSorted(byText).join() &&
      shown.every(([label, value]) => VALUES[`${label} of ${name}`]?.includes(value) !== false);
    return isTold ? [] : [JSON.stringify(sample)];
  });
}

/** Some generations until all of them have ended. */
async function generate(gatewayUrl: string): Promise<void> {
  const ids = await Promise.all(
    ["veo3.1-lite", "veo3.1-fast"].map(async (model) => {
      const answer = await fetch(`${gatewayUrl}/v1/generations`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, input: { prompt: "A paper boat" } }),
      });
      expect(answer.status).toBe(202);
      return ((await answer.json()) as { readonly id: string }).id;
    }),
  );
  const statusOf = async (id: string): Promise<string> => {
    const answer = await fetch(`${gatewayUrl}/v1/generations/${id}`);
    return ((await answer.json()) as { readonly status: string }).status;
  };
  for (const id of ids) {
    await expect.poll(() => statusOf(id), { timeout: 60_000 }).toBe("succeeded");
  }
}

async function startProcesses(): Promise<Record<string, string>> {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const emulator = await startEmulatorProcess({ EMULATOR_SPEED: "200" });
  const installation: Installation = {
    redisUrl: redis.url,
    upstreamUrl: emulator.url,
    apiKey: "test-key-1",
  };
  const [gateway, submitWorker, statusWorker] = await Promise.all([
    startGatewayProcess(installation),
    startWorker("submit-worker", installation),
    startWorker("status-worker", installation),
  ]);
  return {
    gateway: gateway.url,
    "submit-worker": submitWorker.url,
    "status-worker": statusWorker.url,
  };
}

/** What stands in no process of another kind: the gateway only reads the journal. */
function shownBy(process: string): readonly Row[] {
  return ROWS.filter(
    ({ countedBy }) =>
      process !== "gateway" || countedBy.includes("journal") || countedBy.includes("gateway"),
  );
}

it("each process exposes what docs/metrics.md says, and nothing else of ours", async () => {
  const urls = await startProcesses();
  const untouched = await scrape(urls["submit-worker"] ?? "");
  for (const [key, values] of Object.entries(VALUES)) {
    // What a submit worker counts by closed sets alone begins at 0, each series of it.
    const [label = "", name = ""] = key.split(" of ");
    const row = ROWS.find((one) => one.name === name);
    if (row?.countedBy.join() !== "submit-worker" || row.type !== "counter") continue;
    const shown = untouched.samples.filter((sample) => sample.name === name);
    expect(shown.map(({ labels }) => labels[label])).toEqual(values);
    expect(shown.every(({ value }) => value === 0)).toBe(true);
  }

  await generate(urls["gateway"] ?? "");
  // A worker counts a poll just after the journal has taken its outcome.
  const finishedCount = async (): Promise<number> => {
    const { samples } = await scrape(urls["status-worker"] ?? "");
    return samples.filter(({ labels }) => labels["outcome"] === "finished")[0]?.value ?? 0;
  };
  await expect.poll(finishedCount, { timeout: 10_000 }).toBe(2);

  for (const [process, url] of Object.entries(urls)) {
    const exposition = await scrape(url);
    const rows = shownBy(process);
    expect(exposition.described.toSorted(byText), process).toEqual(
      described(rows).toSorted(byText),
    );
    // What another kind of worker counts is described there, and may be empty.
    const counted = rows.filter(
      ({ countedBy }) => countedBy.includes("journal") || countedBy.includes(process),
    );
    for (const row of counted) expect(untold(exposition, row), process).toEqual([]);
    const ofProcess = [...PAGE.matchAll(/`((?:process|nodejs)_\w+[a-z])`/g)];
    expect(ofProcess.length).toBeGreaterThan(5);
    for (const [, name] of ofProcess) expect(exposition.names).toContain(name);
  }
});

it("the standalone exposes all of it", async () => {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const standalone = startNode("apps/standalone/dist/main.js", {
    REDIS_URL: redis.url,
    PORT: "0",
    EMULATOR_SPEED: "200",
    POLL_BASE_MS: "100",
    POLL_MIN_MS: "50",
  });
  const [, url = ""] = await standalone.printed(/^apidot-queue listens at (\S+) /m);
  await generate(url);
  const exposition = await scrape(url);
  expect(exposition.described.toSorted(byText)).toEqual(described(ROWS).toSorted(byText));
  await expect
    .poll(async () => {
      const now = await scrape(url);
      return ROWS.flatMap((row) => untold(now, row));
    })
    .toEqual([]);
});
