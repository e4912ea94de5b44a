import { loadCallbackKeys } from "@apidot-queue/callback";
import { DEFAULT_LANE } from "@apidot-queue/core";
import { listLanes, openJournal } from "@apidot-queue/journal";
import {
  collectFromJournal,
  connectRedis,
  createLogger,
  createRedisWatch,
  createStopSteps,
  createProcessContext,
  loadConfigOrExit,
  requireRedis,
  runApp,
  type RunningApp,
  secretsOf,
} from "@apidot-queue/runtime";

import { startGateway } from "./gateway.ts";

const name = "gateway";
const config = loadConfigOrExit(name);
const logger = createLogger({ app: name, level: config.logLevel, secrets: secretsOf(config) });

async function start(): Promise<RunningApp> {
  const redis = connectRedis(config.redis, "producer", {
    watch: createRedisWatch({ logger }),
    connectionName: name,
  });
  const { durability } = config;
  const { disk } = await requireRedis(redis, { target: config.redis, logger, durability });
  const { registry, health, stopWatching } = createProcessContext(redis, logger);
  collectFromJournal(registry, async () => {
    const lanes = await listLanes(redis);
    return (await Promise.all(lanes.map((lane) => openJournal(redis, lane).figures()))).flat();
  });
  const gateway = await startGateway({
    ...config,
    redis,
    logger,
    registry,
    health,
    defaultLane: DEFAULT_LANE,
    disk,
    callbackKeys: await loadCallbackKeys(redis, config.callbackSecrets),
  });
  health.markStarted();
  console.log(`gateway listens at ${gateway.url}`);

  const steps = createStopSteps(logger);
  steps.onStop("gateway", 15_000, () => {
    health.markDraining();
    return gateway.stop();
  });
  steps.onStop("redis", 1_000, () => {
    stopWatching();
    disk.close();
    redis.disconnect();
  });
  return steps;
}

await runApp({ name, logger, start });
