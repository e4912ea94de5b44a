import { type CallbackAddress, callbackAddress, loadCallbackKeys } from "@apidot-queue/callback";
import { openJournal } from "@apidot-queue/journal";
import { openSubmitQueue } from "@apidot-queue/queue";
import { startNotifyWorker } from "@apidot-queue/notify-worker";
import { parseRedisUrl } from "@apidot-queue/redis";
import { startObservedRescuer } from "@apidot-queue/rescuer";
import {
  connectRedis,
  createLogger,
  createProcessContext,
  createRedisWatch,
  createWorkerContext,
  runApp,
  type RunningApp,
  type WorkerContext,
} from "@apidot-queue/runtime";
import { startStatusWorker } from "@apidot-queue/status-worker";
import { startSubmitWorker } from "@apidot-queue/submit-worker";
import { createUpstream, type Upstream } from "@apidot-queue/upstream";

import { CALLBACK_GRACE_MS } from "./cases.ts";

/**
 * Workers of several lanes in one process, made of the same parts as the shipped ones, with all
 * times shrunk: what takes a fleet half a minute takes this one seconds.
 */
const env = (name: string): string => process.env[name] ?? "";
const roles = env("ROLES").split(",");
const hasCallbacks = env("POLICY") === "callbacks";
const ambiguity = hasCallbacks ? "resubmit" : "hold";

const REQUEST_TIMEOUT_MS = 1_000;
const CONSUMER = { lockDurationMs: 1_000, stalledIntervalMs: 500 };
const RESCUER = { everyMs: 300, lockMs: 600, batchSize: 200 };
const POLLS = { baseMs: 100, factor: 1.5, capMs: 400, minMs: 50 };
const RULES = {
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  submitDeadlineMs: 0,
  generationDeadlineMs: 600_000,
  ambiguity,
  maxPaidAttempts: 3,
  confirmGraceMs: hasCallbacks ? CALLBACK_GRACE_MS : 500,
  polls: POLLS,
  lane: { ratePerSecond: null, maxInFlight: null },
} as const;

const logger = createLogger({ app: "crash", level: "info", secrets: [] });

function startLane(
  context: WorkerContext,
  lane: string,
  callbackUrl: CallbackAddress | null,
): RunningApp[] {
  const journal = openJournal(context.redis, lane);
  const upstream = (): Upstream =>
    createUpstream({
      baseUrl: env("UPSTREAM_URL"),
      apiKey: "crash-key",
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
  const started: RunningApp[] = [];
  if (roles.includes("submit-worker")) {
    started.push(
      startSubmitWorker({
        context,
        lane: { journal, upstream: upstream(), rules: RULES, callbackUrl },
        concurrency: 4,
        consumer: CONSUMER,
        rescuer: RESCUER,
      }),
    );
  }
  if (roles.includes("status-worker")) {
    started.push(
      startStatusWorker({
        context,
        lane: { journal, upstream: upstream(), schedule: POLLS, rescue: RULES },
        concurrency: 4,
        timing: { leaseMs: 1_500, idleMs: 50 },
        rescuer: RESCUER,
      }),
    );
  }
  if (roles.includes("notify-worker")) {
    started.push(
      startNotifyWorker({
        context,
        journal,
        secrets: ["a secret of the crash points"],
        allowNetworks: ["127.0.0.0/8"],
        timing: { leaseMs: 1_500, idleMs: 50, timeoutMs: 1_000 },
      }),
    );
  }
  if (roles.includes("rescuer")) {
    const queue = openSubmitQueue(context.redis, `{aq.${lane}}`, () => undefined);
    started.push(startObservedRescuer(context, [{ journal, queue }], RULES, RESCUER));
  }
  return started;
}

await runApp({
  name: "crash",
  logger,
  start: async () => {
    const target = parseRedisUrl(env("REDIS_URL"));
    if (!target.ok) throw new Error("REDIS_URL");
    const redis = connectRedis(target.value, "worker", {
      watch: createRedisWatch({ logger }),
      connectionName: "crash",
    });
    const shared = createProcessContext(redis, logger);
    const context = createWorkerContext(shared);
    const callbackUrl = hasCallbacks
      ? callbackAddress(env("PUBLIC_URL"), await loadCallbackKeys(redis, null))
      : null;
    const workers = env("LANES")
      .split(",")
      .flatMap((lane) => startLane(context, lane, callbackUrl));
    process.stdout.write("ready\n");
    return {
      stop: async () => {
        await Promise.all(workers.map((worker) => worker.stop()));
        shared.stopWatching();
        redis.disconnect();
      },
    };
  },
});
