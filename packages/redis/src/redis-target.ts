import { isIPv6 } from "node:net";

import { isHostName } from "./host-name.ts";

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** One address of a server. An IPv6 host stands without brackets. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** A user and a password; null where none is given. Redis calls a user without a name `default`. */
export interface RedisCredentials {
  readonly username: string | null;
  readonly password: string | null;
}

/** Where Redis is and how to reach it. Holds a password: never log it, see {@link describeRedisTarget}. */
export type RedisTarget =
  | (RedisCredentials &
      RedisAddress & { readonly kind: "single"; readonly db: number; readonly tls: boolean })
  | (RedisCredentials & {
      readonly kind: "sentinel";
      readonly sentinels: readonly RedisAddress[];
      /** The name that the sentinels know the master by. */
      readonly master: string;
      readonly db: number;
    })
  | (RedisCredentials & {
      readonly kind: "cluster";
      /** At least two; the rest of the cluster is asked from them. */
      readonly nodes: readonly RedisAddress[];
      readonly tls: boolean;
    });

/** A target, or why there is none; the problem never repeats the text, which may hold a password. */
export type ParsedRedisUrl =
  | { readonly ok: true; readonly value: RedisTarget }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads `REDIS_URL`: `redis://` or `rediss://` with `[user:pass@]host[:port][/db]`;
 * `redis+sentinel://[user:pass@]h:p,h:p/<master>[/db]`, whose credentials are those of the servers;
 * two or more comma-separated `redis://` or `rediss://` URLs, the nodes of a cluster. Reserved
 * characters in a password are percent-encoded. A problem never repeats any of the text.
 */
export function parseRedisUrl(text: string): ParsedRedisUrl {
  try {
    return { ok: true, value: readTarget(text.trim()) };
  } catch (error) {
    if (error instanceof GrammarProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

/** @returns where it is, without credentials, for people and logs. */
export function describeRedisTarget(target: RedisTarget): string {
  if (target.kind === "single") return describeAddress(target);
  if (target.kind === "cluster") return `cluster ${target.nodes.map(describeAddress).join(", ")}`;
  return `${target.master} by sentinels ${target.sentinels.map(describeAddress).join(", ")}`;
}

function describeAddress({ host, port }: RedisAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Leaves the descent below and never this file. */
class GrammarProblem extends Error {}

function readTarget(text: string): RedisTarget {
  // A comma may stand in a password, so only one before a scheme separates two nodes.
  const urls = text.split(/,\s*(?=rediss?:\/\/)/);
  if (urls.length > 1) return readCluster(urls);
  const { scheme, credentials, hosts, path } = split(text);
  if (scheme === "redis+sentinel") return readSentinel(credentials, hosts, path);
  const db = path === "" ? 0 : readDb(path);
  const address = readAddress(hosts, REDIS_PORT);
  return { kind: "single", ...address, db, tls: scheme === "rediss", ...credentials };
}

function readSentinel(credentials: RedisCredentials, hosts: string, path: string): RedisTarget {
  const [master = "", db, ...rest] = path.split("/");
  if (master === "" || rest.length > 0) {
    throw new GrammarProblem("must name the master behind the sentinels: /<master>[/db]");
  }
  return {
    kind: "sentinel",
    sentinels: hosts.split(",").map((host) => readAddress(host.trim(), SENTINEL_PORT)),
    master: decode(master),
    db: db === undefined || db === "" ? 0 : readDb(db),
    ...credentials,
  };
}

function readCluster(urls: readonly string[]): RedisTarget {
  const parts = urls.map(split);
  const schemes = new Set(parts.map(({ scheme }) => scheme));
  if (schemes.size > 1) {
    throw new GrammarProblem("must use one scheme, redis:// or rediss://, for all cluster nodes");
  }
  if (parts.some(({ path }) => path !== "" && path !== "0")) {
    throw new GrammarProblem("must not name a database: a cluster has only database 0");
  }
  const logins = parts.map(({ credentials }) => credentials).filter(isGiven);
  if (new Set(logins.map((login) => JSON.stringify(login))).size > 1) {
    throw new GrammarProblem("must use the same credentials for all cluster nodes");
  }
  return {
    kind: "cluster",
    nodes: parts.map(({ hosts }) => readAddress(hosts, REDIS_PORT)),
    tls: schemes.has("rediss"),
    ...(logins[0] ?? NO_CREDENTIALS),
  };
}

interface UrlParts {
  readonly scheme: string;
  readonly credentials: RedisCredentials;
  readonly hosts: string;
  /** Without its leading slash. */
  readonly path: string;
}

/** `URL` is of no use here: it knows no lists of hosts, and repeats the text when it refuses. */
function split(text: string): UrlParts {
  const [, scheme, rest] = /^(rediss?|redis\+sentinel):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw new GrammarProblem("must start with redis://, rediss:// or redis+sentinel://");
  }
  const at = rest.lastIndexOf("@");
  const login = at === -1 ? "" : rest.slice(0, at);
  const place = rest.slice(at + 1);
  if (/[/?#\s]/.test(login)) {
    throw new GrammarProblem("must have /, ?, # and spaces of user and password percent-encoded");
  }
  if (/[?#]/.test(place)) throw new GrammarProblem("must not have a query or a fragment");
  const slash = place.indexOf("/");
  return {
    scheme,
    credentials: readCredentials(login),
    hosts: slash === -1 ? place : place.slice(0, slash),
    path: slash === -1 ? "" : place.slice(slash + 1),
  };
}

const NO_CREDENTIALS: RedisCredentials = { username: null, password: null };

function isGiven({ username, password }: RedisCredentials): boolean {
  return username !== null || password !== null;
}

function readCredentials(login: string): RedisCredentials {
  if (login === "") return NO_CREDENTIALS;
  const colon = login.indexOf(":");
  if (colon === -1) throw new GrammarProblem("must have a password behind the user: user:pass@");
  const username = decode(login.slice(0, colon));
  const password = decode(login.slice(colon + 1));
  return {
    username: username === "" ? null : username,
    password: password === "" ? null : password,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GrammarProblem("must be percent-encoded correctly: write a % as %25");
  }
}

function readAddress(text: string, defaultPort: number): RedisAddress {
  const [, ipv6, name, portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const host = ipv6 ?? name ?? "";
  if (ipv6 === undefined ? !isHostName(host) : !isIPv6(host)) {
    throw new GrammarProblem("must have a host, as host:port, or [address]:port for IPv6");
  }
  if (portText === undefined) return { host, port: defaultPort };
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65_535) throw new GrammarProblem("must have ports from 1 to 65535");
  return { host, port };
}

function readDb(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new GrammarProblem("must have a number as database: /<db>");
}
