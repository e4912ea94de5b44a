import type { ConnectOptions } from "./connector.ts";

/** One finished call, for metrics: labels and a duration, nothing of the request. */
export interface RequestFact {
  readonly call: "submit" | "status";
  /** The HTTP status, or a short constant such as `reset` when no complete answer came. */
  readonly code: string;
  readonly durationMs: number;
}

/** What a client of one upstream key needs. Durations in milliseconds. */
export interface UpstreamOptions {
  /** An absolute http(s) URL; may carry a path prefix and a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /**
   * What stands for the base URL in {@link Upstream.account}, where the address of the same upstream
   * changes from start to start. @defaultValue the base URL
   */
  readonly knownAs?: string;
  /** Limit of one submit, from dispatch to the last byte. @defaultValue 45,000 */
  readonly requestTimeoutMs?: number;
  /** Limit of one status call, waiting for a connection included. @defaultValue 10,000 */
  readonly statusTimeoutMs?: number;
  /** Limit of connecting, TLS included; undici rounds it up by as much as a second. @defaultValue 10,000 */
  readonly connectTimeoutMs?: number;
  /** Kept-alive connections for status calls. @defaultValue 16 */
  readonly maxStatusConnections?: number;
  /** Name resolution and trusted certificates, where the system's do not serve. */
  readonly connect?: ConnectOptions;
  /**
   * Told after each call. It must not throw; if it does, the call's outcome is still returned, since
   * it may stand for money, and the error becomes a process warning.
   */
  readonly onRequest?: (fact: RequestFact) => void;
}

/** The options with every default in its place. */
export type ResolvedOptions = Required<Omit<UpstreamOptions, "onRequest" | "knownAs">> &
  Pick<UpstreamOptions, "onRequest" | "knownAs">;

/** Fills in the defaults. */
export function resolveOptions(options: UpstreamOptions): ResolvedOptions {
  return {
    requestTimeoutMs: 45_000,
    statusTimeoutMs: 10_000,
    connectTimeoutMs: 10_000,
    maxStatusConnections: 16,
    connect: {},
    ...options,
  };
}
