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
}

/** Connect options in undici's terms: HTTP/1.1 only, one limit for TCP and TLS together. */
export function connectorOptions(
  connect: ConnectOptions,
  timeoutMs: number,
): buildConnector.BuildOptions {
  const { lookup, ca } = connect;
  return {
    timeout: timeoutMs,
    allowH2: false,
    ...(lookup === undefined ? {} : { lookup }),
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
  };
}

/**
 * Wraps undici's connector: a client that is destroyed while it connects leaves that socket to its
 * connect timeout, and a stopping process would wait for it.
 */
export function abandonableConnector(options: buildConnector.BuildOptions): AbandonableConnector {
  const base = buildConnector(options);
  const connecting = new Set<Socket>();
  return {
    connect(target, callback) {
      let socket: unknown = null;
      const done: buildConnector.Callback = (...result) => {
        if (socket instanceof Socket) connecting.delete(socket);
        callback(...result);
      };
      // It returns the socket; its type does not say so, hence the check.
      socket = base(target, done);
      if (socket instanceof Socket) connecting.add(socket);
    },
    abandon() {
      for (const socket of connecting) socket.destroy(new Error("abandoned"));
    },
  };
}
