import { type LookupFunction, Socket } from "node:net";
import { buildConnector } from "undici";

/** How connections to the upstream are made. */
export interface ConnectOptions {
  /** Name resolution in place of the system's, as `net.connect` takes it. */
  readonly lookup?: LookupFunction;
  /** Certificates, PEM, that are trusted instead of the well-known ones. */
  readonly ca?: string | readonly string[];
}

/** A connector whose unfinished connections can be given up. */
export interface AbandonableConnector {
  readonly connect: buildConnector.connector;
  /** Drops the connections that are not established yet; leaves the others alone. */
  readonly abandon: () => void;
  /** Closes the connection that was established last, if it is still open. */
  readonly hangUp: () => void;
  /** Connections begun so far. */
  readonly connectionCount: () => number;
}

/**
 * undici's own connector: HTTP/1.1 only, one limit for TCP and TLS together. One serves all calls
 * of a client, so that a fresh TLS connection resumes the session of an earlier one.
 */
export function upstreamConnector(
  connect: ConnectOptions,
  timeoutMs: number,
): buildConnector.connector {
  const { lookup, ca } = connect;
  return buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    ...(lookup === undefined ? {} : { lookup }),
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
  });
}

/**
 * Wraps a connector: a client that is destroyed while it connects leaves that socket to its
 * connect timeout, and a stopping process would wait for it.
 */
export function abandonableConnector(base: buildConnector.connector): AbandonableConnector {
  const connecting = new Set<Socket>();
  let established: Socket | null = null;
  let connectionCount = 0;
  return {
    connect(target, callback) {
      connectionCount += 1;
      let socket: unknown = null;
      const done: buildConnector.Callback = (...result) => {
        if (socket instanceof Socket) {
          connecting.delete(socket);
          established = socket;
        }
        callback(...result);
      };
      // It returns the socket; its type does not say so, hence the check.
      socket = base(target, done);
      if (socket instanceof Socket) connecting.add(socket);
    },
    abandon() {
      for (const socket of connecting) socket.destroy(new Error("abandoned"));
    },
    hangUp() {
      established?.destroy();
      established = null;
    },
    connectionCount: () => connectionCount,
  };
}
