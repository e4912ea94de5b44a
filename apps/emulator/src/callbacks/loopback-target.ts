import type { LookupFunction } from "node:net";

/** Where a callback may go. */
export interface LoopbackTarget {
  readonly url: URL;
  /** Answers for `localhost`, so that no name server is ever asked. */
  readonly lookup: LookupFunction;
}

const LOOPBACK = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
] as const;

/**
 * Reads a callback URL that leads to this machine: 127.0.0.0/8, `::1` or `localhost`. The parser
 * of URLs writes every spelling of an IPv4 address as four decimal numbers, so a look at the host
 * is enough.
 *
 * @returns undefined for any other host, which the emulator never sends anything to.
 */
export function readLoopbackTarget(callbackUrl: string): LoopbackTarget | undefined {
  const url = new URL(callbackUrl);
  // Whether the upstream sends them is not known [?], and ill-written ones would throw later.
  url.username = "";
  url.password = "";
  const isLoopback =
    url.hostname === "localhost" ||
    url.hostname === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(url.hostname);
  return isLoopback ? { url, lookup: lookUpLoopback } : undefined;
}

const lookUpLoopback: LookupFunction = (_hostname, options, done) => {
  if (options.all === true) done(null, [...LOOPBACK]);
  else done(null, LOOPBACK[0].address, LOOPBACK[0].family);
};
