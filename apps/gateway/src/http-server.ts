import { randomUUID } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { ConfigurationError, type Logger } from "@apidot-queue/runtime";
import { getRequestListener, type HttpBindings } from "@hono/node-server";

import { problem } from "./problem.ts";

/** Where a server listens and what answers its requests. */
export interface HttpServerOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  /** Within which a request has to arrive, milliseconds; tests shrink it. @defaultValue 10000 */
  readonly requestLimitMs?: number;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Takes no more connections, lets the requests in hand end within a limit, cuts off the rest. */
  stop(): Promise<void>;
}

const REQUEST_LIMIT_MS = 10_000;
/** Node looks every 30 s otherwise: who sends slowly could hold a connection four times as long. */
const LOOKS_PER_LIMIT = 10;
/** How long a stop waits for the requests in hand; milliseconds. */
export const DRAIN_LIMIT_MS = 10_000;

/** @throws {ConfigurationError} naming HOST or PORT, when it cannot listen there */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { fetch, logger, requestLimitMs = REQUEST_LIMIT_MS } = options;
  const answer = (request: Request, { incoming }: HttpBindings): Response | Promise<Response> =>
    hasDotSegment(incoming.url ?? "") ? malformed(logger) : fetch(request);
  const listener = getRequestListener((request, env) => answer(request, env as HttpBindings), {
    // Answers that need no stream are written as they are: a fifth more enqueues a second. Other code
    // of the process gets the same lighter classes, which are made to stand in for the global ones.
    overrideGlobalObjects: true,
    errorHandler: (error) => beforeTheApp(error, logger),
  });
  const limits = {
    headersTimeout: requestLimitMs,
    requestTimeout: requestLimitMs,
    connectionsCheckingInterval: requestLimitMs / LOOKS_PER_LIMIT,
  };
  const server = createServer(limits, (request, response) => void listener(request, response));
  const beginDrain = trackRequests(server);
  const port = await listen(server, options);
  return {
    port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      beginDrain();
      const limit = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS);
      await closed;
      clearTimeout(limit);
    },
  };
}

/**
 * Node's own idle list lacks a connection on which no request ever came, and one that is kept alive
 * behind its answer: either would hold a stop up.
 *
 * @returns what ends the connections without a request now, and each other one behind its answer
 */
function trackRequests(server: Server): () => void {
  const sockets = new Set<Socket>();
  const inHand = new Map<ServerResponse, Socket>();
  let isDraining = false;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    inHand.set(response, socket);
    response.once("close", () => {
      inHand.delete(response);
      if (isDraining) socket.destroySoon();
    });
  });
  return () => {
    isDraining = true;
    const busy = new Set(inHand.values());
    for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
    for (const response of inHand.keys()) {
      if (!response.headersSent) response.setHeader("connection", "close");
    }
  };
}

/**
 * A URL leaves `..` out, however it is encoded, and a proxy that passes paths by how they begin may
 * not: what it passes below one path would be answered as another, behind no guard but the Host.
 */
function hasDotSegment(target: string): boolean {
  const path = target.split(/[?#]/, 1)[0] ?? "";
  return path.split(/[/\\]/).some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
}

/** A broken target or Host header never reaches the app, nor its guard, nor its log. */
function beforeTheApp(error: unknown, logger: Logger): Response {
  if (error instanceof Error && error.name === "RequestError") return malformed(logger);
  const requestId = randomUUID();
  logger.error({ requestId, error }, "request failed");
  return problem("internal", { headers: { "x-request-id": requestId } });
}

function malformed(logger: Logger): Response {
  const requestId = randomUUID();
  const answer = problem("malformed_request", { headers: { "x-request-id": requestId } });
  logger.info({ requestId, httpStatus: answer.status }, "request answered");
  return answer;
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code ?? "unknown error";
      const name = code === "EADDRINUSE" || code === "EACCES" ? "PORT" : "HOST";
      const mistake = { name, problem: `cannot listen on ${host} at port ${port} (${code})` };
      reject(new ConfigurationError([mistake], { cause: error }));
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}
