import { loadCallbackKeys } from "@apidot-queue/callback";
import { startGateway } from "@apidot-queue/gateway";
import {
  connectRedis,
  createLogger,
  createProcessContext,
  createRedisWatch,
  type DurabilityMode,
  parseRedisUrl,
  requireRedis,
} from "@apidot-queue/runtime";

import type { OpenServer } from "../measure/gateway-load.ts";
import { LANE } from "./installation.ts";

/** The gateway as its process starts it: validation, journal, logs, health and metrics on. */
export function gatewayWith(durability: DurabilityMode): OpenServer {
  return async (bench) => {
    const target = parseRedisUrl(bench.redisUrl);
    if (!target.ok) throw new Error(target.problem);
    const logger = createLogger({ app: "gateway" });
    const redis = connectRedis(target.value, "producer", { watch: createRedisWatch({ logger }) });
    const { disk } = await requireRedis(redis, { target: target.value, logger, durability });
    const { registry, health, stopWatching } = createProcessContext(redis, logger);
    const gateway = await startGateway({
      redis,
      logger,
      registry,
      health,
      host: "127.0.0.1",
      port: 0,
      allowUnknownModels: false,
      defaultLane: LANE,
      disk,
      callbackKeys: await loadCallbackKeys(redis, null),
    });
    health.markStarted();
    return {
      url: gateway.url,
      stop: async () => {
        await gateway.stop();
        stopWatching();
        disk.close();
        redis.disconnect();
      },
    };
  };
}
