import { relative } from "node:path";

import { requestMode } from "@apidot-queue/core";
import { openJournal } from "@apidot-queue/journal";
import { createProducer, type GenerationRecord } from "@apidot-queue/producer";
import {
  connectRedis,
  createLogger,
  createRedisWatch,
  loadConfig,
  repositoryRoot,
  startPrivateRedis,
} from "@apidot-queue/runtime";

import { EMULATOR_LANE, startEmulatedUpstream } from "../emulated-upstream.ts";
import { startStandalone } from "../standalone.ts";
import { followUntilSettled } from "./follow.ts";
import { createLiveView } from "./live-view.ts";
import { DEMO_REQUESTS } from "./requests.ts";
import { tableLines } from "./result-table.ts";
import { saveVideo } from "./save-video.ts";

/** Half a minute of life in under a second. */
const SPEED = 40;

/** The demo never reads the caller's environment: it must not meet a real key or a real Redis. */
function demoConfig(redisUrl: string) {
  const environment = {
    REDIS_URL: redisUrl,
    PORT: "0",
    POLL_BASE_MS: "400",
    POLL_MIN_MS: "200",
    POLL_CAP_MS: "1000",
    LOG_LEVEL: "error",
  };
  const loaded = loadConfig("standalone", environment, () => "");
  if (!loaded.ok) throw new Error(`demo configuration: ${JSON.stringify(loaded.mistakes)}`);
  return loaded.config;
}

function resultRow(record: GenerationRecord, mode: string, file: string | null): string[] {
  const end = record.settledAt ?? record.createdAt;
  const seconds = (end.getTime() - record.createdAt.getTime()) / 1_000;
  const credits = record.credits.estimated === null ? "–" : String(record.credits.estimated);
  return [
    record.id,
    record.model,
    mode,
    record.task?.id ?? "–",
    record.status,
    `${seconds.toFixed(1)} s`,
    credits,
    file ?? "–",
  ];
}

async function demo(): Promise<number> {
  const redisServer = await startPrivateRedis();
  const config = demoConfig(redisServer.url);
  const logger = createLogger({ app: "demo", level: config.logLevel });
  const upstream = await startEmulatedUpstream({ speed: SPEED });
  const standalone = await startStandalone({
    config,
    upstream,
    logger,
    statusTiming: { idleMs: 100 },
  });
  const producer = createProducer({ redis: redisServer.url, lane: EMULATOR_LANE });
  const blocking = connectRedis(config.redis, "worker", { watch: createRedisWatch({ logger }) });
  console.log(`A private Redis, the emulator (${SPEED}× life), gateway and workers run here.`);
  console.log(`Gateway: ${standalone.url}. No API key is used and nothing is paid.\n`);

  const journal = openJournal(blocking, EMULATOR_LANE);
  const position = await journal.eventsEnd();
  const records = await producer.enqueueMany(DEMO_REQUESTS);
  const labels = new Map(
    records.map(({ id, model }, index) => {
      const title = DEMO_REQUESTS[index]?.title ?? "";
      return [id, `${model} ${title.slice(title.indexOf("-") + 1)}`];
    }),
  );
  const view = createLiveView(labels);
  await followUntilSettled(journal, blocking, position, new Set(labels.keys()), ({ id, status }) =>
    view.moved(id, status),
  );
  view.end();

  const rows: string[][] = [];
  let succeeded = 0;
  const folder = `${repositoryRoot()}/.data/demo`;
  for (const [index, { title, request }] of DEMO_REQUESTS.entries()) {
    const id = records[index]?.id;
    if (id === undefined) continue;
    const record = await producer.get(id);
    const path = await saveVideo(record, folder, title);
    if (record.status === "succeeded" && path !== null) succeeded++;
    rows.push(resultRow(record, requestMode(request), path && relative(process.cwd(), path)));
  }
  const headings = ["id", "model", "mode", "task id", "status", "time", "credits", "file"];
  for (const line of tableLines(headings, rows)) console.log(line);
  const date = records[0]?.credits.catalogDate ?? "";
  console.log(`\nCredits are an estimate by the catalog of ${date}.`);

  await producer.close();
  blocking.disconnect();
  await standalone.stop();
  await upstream.close();
  await redisServer.stop();
  if (succeeded === DEMO_REQUESTS.length) return 0;
  console.error(
    `\n${DEMO_REQUESTS.length - succeeded} of ${DEMO_REQUESTS.length} did not succeed.`,
  );
  return 1;
}

process.exitCode = await demo();
