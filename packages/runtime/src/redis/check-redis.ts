import { Cluster } from "ioredis";
import type { Redis } from "ioredis";

import type { RedisConnection } from "@apidot-queue/redis";
import { readServerInfo } from "./server-info.ts";
import type { ServerInfo } from "./server-info.ts";

/** The oldest version that starts, `[major, minor]`. */
const LEAST_VERSION = [6, 2] as const;

/** What the boot checks found. Whole sentences; each names the command that mends it. */
export interface RedisCheck {
  /** Any of these must keep the program from starting. */
  readonly refusals: readonly string[];
  /** What may be lost, or could not be checked. */
  readonly warnings: readonly string[];
  /** The server's own version; on a cluster that of its first master. */
  readonly version: string;
  readonly flavour: ServerInfo["flavour"];
}

/** What was learnt about one server; null is what it refused to tell. */
export interface ServerFacts extends ServerInfo {
  readonly appendFsync: string | null;
  /** Whether a rewrite of the append-only file goes before its syncs. */
  readonly yieldsToRewrites: boolean;
}

/**
 * Checks what the promises of the journal stand on: the version, that nothing is evicted, and what
 * a crash can lose. On a cluster every master is asked. The connection must be ready.
 */
export async function checkRedis(redis: RedisConnection): Promise<RedisCheck> {
  const servers = redis instanceof Cluster ? redis.nodes("master") : [redis];
  const facts = await Promise.all(servers.map(askServer));
  const checks = facts.map(judgeServer);
  return {
    refusals: unique(checks.flatMap(({ refusals }) => refusals)),
    warnings: unique(checks.flatMap(({ warnings }) => warnings)),
    version: facts[0]?.version ?? "unknown",
    flavour: facts[0]?.flavour ?? "redis",
  };
}

function unique(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences)];
}

async function askServer(redis: Redis): Promise<ServerFacts> {
  const info = readServerInfo(await redis.info());
  const evictionPolicy = info.evictionPolicy ?? (await askSetting(redis, "maxmemory-policy"));
  const appendFsync = await askSetting(redis, "appendfsync");
  const yieldsToRewrites = (await askSetting(redis, "no-appendfsync-on-rewrite")) === "yes";
  return { ...info, evictionPolicy, appendFsync, yieldsToRewrites };
}

/** Managed services forbid or rename CONFIG: any refusal means "not told". */
async function askSetting(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer: unknown = await redis.config("GET", name);
    const value: unknown = Array.isArray(answer) ? answer[1] : null;
    return typeof value === "string" ? value : null;
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return null;
    throw error;
  }
}

/** The rules of the boot checks. */
export function judgeServer(facts: ServerFacts): Pick<RedisCheck, "refusals" | "warnings"> {
  const refusals: string[] = [];
  const warnings: string[] = [];
  const [major, minor] = facts.compatibleWith;
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    refusals.push(
      `Redis ${facts.version} is too old: ${leastMajor}.${leastMinor} or newer is needed, or any Valkey.`,
    );
  }
  if (facts.evictionPolicy === null) {
    warnings.push(
      "maxmemory-policy could not be checked: make sure that it is noeviction, or queues and records may be evicted.",
    );
  } else if (facts.evictionPolicy !== "noeviction") {
    refusals.push(
      `maxmemory-policy is ${facts.evictionPolicy}, so records may be evicted: run redis-cli CONFIG SET maxmemory-policy noeviction and set it in the server's configuration.`,
    );
  }
  const loss = possibleLoss(facts);
  if (loss !== null) warnings.push(loss);
  return { refusals, warnings };
}

function possibleLoss(facts: ServerFacts): string | null {
  const { isAppendOnly, appendFsync, yieldsToRewrites } = facts;
  if (isAppendOnly === null) {
    return "Whether the append-only file is on could not be checked: without it a crash of Redis loses acknowledged requests.";
  }
  if (!isAppendOnly) {
    return "The append-only file is off: a crash of Redis loses every request and task id since its last snapshot. Run redis-cli CONFIG SET appendonly yes and set it in the server's configuration.";
  }
  switch (appendFsync) {
    case "always":
      return yieldsToRewrites
        ? "appendfsync always waits for rewrites: while one lasts a loss of power can take acknowledged requests and task ids. Run redis-cli CONFIG SET no-appendfsync-on-rewrite no and set it in the server's configuration."
        : null;
    case "everysec":
      return "appendfsync is everysec: a loss of power can take the last second of acknowledged requests and task ids. To rule that out run redis-cli CONFIG SET appendfsync always.";
    case null:
      return "appendfsync could not be checked: unless it is always, a loss of power can take acknowledged requests and task ids.";
    default:
      return `appendfsync is ${appendFsync}: a loss of power can take half a minute of acknowledged requests and task ids. Run redis-cli CONFIG SET appendfsync everysec, or always.`;
  }
}
