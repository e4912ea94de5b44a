import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { ConfigurationError } from "../config/configuration-error.ts";
import type { Logger } from "../logs/logger.ts";
import type { OperationsHandler } from "./operations.ts";

/** Where a worker's operations server listens, and what it serves. */
export interface OperationsServerOptions {
  readonly handler: OperationsHandler;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whether somebody asked for this port: a default that is taken gives way, a wish does not. */
  readonly isPortGiven: boolean;
  readonly logger: Logger;
}

/** A server that listens. */
export interface OperationsServer {
  readonly host: string;
  readonly port: number;
  /** Ends it, open connections included. */
  close(): Promise<void>;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics` over plain HTTP, and logs where.
 *
 * @throws {ConfigurationError} when it cannot listen there
 */
export async function startOperationsServer(
  options: OperationsServerOptions,
): Promise<OperationsServer> {
  const { handler, host, logger } = options;
  const server = createServer((request, response) => {
    answer(handler, request, response).catch((error: unknown) => {
      logger.error({ error, path: pathOf(request) }, "operations request failed");
      send(response, 500, "text/plain; charset=utf-8", "failed\n");
    });
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  const port = await listen(server, options);
  logger.info({ host, port }, "operations server listens");
  return { host, port, close: () => close(server) };
}

async function listen(server: Server, options: OperationsServerOptions): Promise<number> {
  const { host, port, isPortGiven } = options;
  try {
    return await listenOn(server, host, port);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "EADDRINUSE" && !isPortGiven) return await listenOn(server, host, 0);
    const name = code === "EADDRINUSE" || code === "EACCES" ? "METRICS_PORT" : "METRICS_HOST";
    const problem = `cannot listen on ${host} at port ${port} (${code})`;
    throw new ConfigurationError([{ name, problem }], { cause: error });
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function answer(
  handler: OperationsHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    send(response, 405, "text/plain; charset=utf-8", "only GET and HEAD\n");
    return;
  }
  const found = await handler(pathOf(request));
  if (found === null) send(response, 404, "text/plain; charset=utf-8", "not here\n");
  else send(response, found.status, found.contentType, found.body);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0] ?? "/";
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" });
  response.end(body);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
