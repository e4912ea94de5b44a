import type { CallbackKeys } from "@apidot-queue/callback";
import { type Catalog, CATALOG } from "@apidot-queue/core";
import { createProducer } from "@apidot-queue/producer";
import {
  beginAtZero,
  ConfigurationError,
  createGatewayMetrics,
  createStopSteps,
  type DiskWait,
  type GatewayToken,
  type Health,
  type Logger,
  NO_DISK_WAIT,
  type RedisConnection,
  type Registry,
  type RunningApp,
  type Surface,
} from "@apidot-queue/runtime";

import { createApp } from "./app.ts";
import { openCallbackNotes } from "./callbacks/callback-notes.ts";
import { MAX_STREAMS_OF_TENANT, openStreams, type StreamLimits } from "./events/open-streams.ts";
import { DRAIN_LIMIT_MS, startHttpServer } from "./http-server.ts";
import { isLocalHost } from "./local-only.ts";

/** How a gateway is set up. */
export interface GatewayOptions {
  /** A connection of the producer's role: callers wait, so it fails fast. */
  readonly redis: RedisConnection;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly health: Health;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly allowUnknownModels: boolean;
  /** Whose status and prices count. @defaultValue the catalog that ships */
  readonly catalog?: Catalog | null;
  /** For tasks that a person attaches, milliseconds. @defaultValue an hour */
  readonly generationDeadlineMs?: number;
  /** The lane of requests that name none, and in this version the only one. */
  readonly defaultLane: string;
  /** Who may call it; null: any program of this machine. @defaultValue null */
  readonly gatewayTokens?: readonly GatewayToken[] | null;
  /** @defaultValue all */
  readonly surfaces?: readonly Surface[];
  /** Waits for Redis's disk before anything is acknowledged. @defaultValue nothing is waited for */
  readonly disk?: DiskWait;
  readonly streams?: StreamLimits;
  /** What the tokens of callbacks are checked with. */
  readonly callbackKeys: CallbackKeys;
}

/** A gateway that listens. */
export interface Gateway extends RunningApp {
  readonly url: string;
  readonly port: number;
}

const NOT_LOCAL = {
  name: "HOST",
  problem:
    "must be 127.0.0.1, localhost or ::1 as long as GATEWAY_TOKENS is not set: other Hosts are refused, unless SURFACES is callbacks",
};

/**
 * Starts the HTTP door.
 *
 * @throws {ConfigurationError} naming HOST or PORT, when it cannot or must not listen there
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { redis, logger, host, defaultLane, allowUnknownModels, generationDeadlineMs } = options;
  const { surfaces = ["api", "callbacks"], gatewayTokens: tokens = null } = options;
  const isLocal = isLocalHost(host);
  if (!isLocal && tokens === null && surfaces.includes("api"))
    throw new ConfigurationError([NOT_LOCAL]);
  const { disk = NO_DISK_WAIT } = options;
  const rules = { allowUnknownModels, catalog: options.catalog ?? CATALOG };
  const producer = createProducer({
    redis,
    durability: disk,
    busyKeys: "refuse",
    lane: defaultLane,
    ...rules,
    ...(generationDeadlineMs === undefined ? {} : { generationDeadlineMs }),
  });
  // Without tokens there is one tenant.
  const share = tokens === null ? {} : { maxOfTenant: MAX_STREAMS_OF_TENANT };
  const streams = openStreams({ ...share, ...options.streams });
  const metrics = createGatewayMetrics(options.registry);
  beginAtZero(metrics, ["callbacks"]);
  const app = createApp({
    ...options,
    rules,
    producer,
    lanes: [defaultLane],
    surfaces,
    tokens,
    streams,
    isLocal,
    callbacks: {
      keys: options.callbackKeys,
      note: openCallbackNotes(redis, disk),
      count: (outcome) => metrics.callbacks.inc({ outcome }),
      logger,
    },
  });
  const server = await startHttpServer({
    fetch: (request) => app.fetch(request),
    host,
    port: options.port,
    logger,
  });
  const { port } = server;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  logger.info({ host, port, lane: defaultLane }, "gateway listens");

  const steps = createStopSteps(logger);
  // A stream has no end of its own, and would be waited for.
  steps.onStop("event streams", 1_000, () => {
    streams.close();
    return Promise.resolve();
  });
  steps.onStop("http server", DRAIN_LIMIT_MS + 1_000, () => server.stop());
  steps.onStop("producer", 2_000, () => producer.close());
  return { url, port, stop: () => steps.stop() };
}
