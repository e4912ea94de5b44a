import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createProducer } from "@apidot-queue/producer";
import {
  ConfigurationError,
  createStopSteps,
  type Health,
  type Logger,
  type RedisConnection,
  type Registry,
  type RunningApp,
} from "@apidot-queue/runtime";
import { createAdaptorServer } from "@hono/node-server";

import { createApp } from "./app.ts";

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
  /** The lane of requests that name none, and in this version the only one. */
  readonly defaultLane: string;
}

/** A gateway that listens. */
export interface Gateway extends RunningApp {
  readonly url: string;
  readonly port: number;
}

/** A request has to arrive within this; milliseconds. */
const REQUEST_LIMIT_MS = 10_000;
/** How long a stop waits for the requests in hand; milliseconds. */
const DRAIN_LIMIT_MS = 10_000;

/**
 * Starts the HTTP door.
 *
 * @throws {ConfigurationError} when it cannot listen there
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { redis, logger, host, defaultLane, allowUnknownModels } = options;
  const producer = createProducer({ redis, lane: defaultLane, allowUnknownModels });
  const app = createApp({ ...options, producer, lanes: [defaultLane] });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS },
  }) as Server;
  const port = await listen(server, host, options.port);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  logger.info({ host, port, lane: defaultLane }, "gateway listens");

  const steps = createStopSteps(logger);
  steps.onStop("http server", DRAIN_LIMIT_MS + 1_000, () => close(server));
  steps.onStop("producer", 2_000, () => producer.close());
  return { url, port, stop: () => steps.stop() };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const problem = `cannot listen on ${host} at port ${port} (${error.code ?? "unknown error"})`;
      reject(new ConfigurationError([{ name: "PORT", problem }], { cause: error }));
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Takes no more connections and lets the requests in hand end, for a while. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS);
    server.close(() => {
      clearTimeout(limit);
      resolve();
    });
    server.closeIdleConnections();
  });
}
