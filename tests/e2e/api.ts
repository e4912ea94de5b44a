import { type Gateway, startGateway } from "@apidot-queue/gateway";
import {
  connectRedis,
  createHealth,
  createLogger,
  createRedisWatch,
  formatMistake,
  loadConfig,
  parseRedisUrl,
  Registry,
} from "@apidot-queue/runtime";
import { testRedisUrl } from "@apidot-queue/testkit";

import { CALLBACK_KEYS } from "./stack.ts";

/** What a gateway of a test may be given. */
export interface ApiOptions {
  /** Name and token of each; none where nobody needs one. */
  readonly gatewayTokens?: readonly (readonly [name: string, token: string])[];
}

/** Starts a gateway for a lane, in this process. */
export async function startApi(
  lane: string,
  { gatewayTokens = [] }: ApiOptions = {},
): Promise<Pick<Gateway, "url" | "stop">> {
  const target = parseRedisUrl(testRedisUrl());
  if (!target.ok) throw new Error(target.problem);
  const GATEWAY_TOKENS = gatewayTokens.map((token) => token.join(":")).join(",");
  const read = loadConfig("gateway", { GATEWAY_TOKENS }, () => "");
  if (!read.ok) throw new Error(read.mistakes.map(formatMistake).join("; "));
  const logger = createLogger({ app: "e2e", level: "silent" });
  const redis = connectRedis(target.value, "producer", { watch: createRedisWatch({ logger }) });
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const gateway = await startGateway({
    redis,
    logger,
    registry: new Registry(),
    health: createHealth(),
    host: "127.0.0.1",
    port: 0,
    gatewayTokens: read.config.gatewayTokens,
    allowUnknownModels: false,
    defaultLane: lane,
    callbackKeys: CALLBACK_KEYS,
  });
  return {
    url: gateway.url,
    stop: async () => {
      await gateway.stop();
      redis.disconnect();
    },
  };
}
