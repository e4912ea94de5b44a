import { createHash } from "node:crypto";

import type { Redis } from "ioredis";

/** A generation as Redis holds it; ARCHITECTURE.md tells of the keys. */
export interface BookedGeneration {
  readonly id: string;
  readonly status: string;
  /** Why it is held or failed; empty otherwise. */
  readonly reason: string;
  /** How many attempts were begun. */
  readonly attempts: number;
  /** Every task id that it knows, the bound one included. */
  readonly tasks: readonly string[];
  /** Attempts of which it admits that they may have been paid. */
  readonly unresolved: number;
  /** How often its history says that a submit was sent and got no answer. */
  readonly answersLost: number;
  /** SHA-256 of the prompt. */
  readonly prompt: string;
}

const SETTLED = ["succeeded", "failed", "canceled"];

/** @returns whether nothing moves it any more but a person. */
export function isAtRest({ status }: Pick<BookedGeneration, "status">): boolean {
  return SETTLED.includes(status) || status === "held";
}

/** Reads every generation of a lane, with plain commands. */
export async function readBooks(redis: Redis, lane: string): Promise<BookedGeneration[]> {
  const prefix = `{aq.${lane}}:`;
  const ulids: string[] = [];
  for await (const keys of redis.scanStream({ match: `${prefix}g:*`, count: 1_000 })) {
    for (const key of keys as string[]) ulids.push(key.slice(`${prefix}g:`.length));
  }
  // A scan may tell of a key twice.
  return Promise.all([...new Set(ulids)].map((ulid) => readOne(redis, lane, prefix, ulid)));
}

async function readOne(
  redis: Redis,
  lane: string,
  prefix: string,
  ulid: string,
): Promise<BookedGeneration> {
  const [hash, request, older] = await Promise.all([
    redis.hgetall(`${prefix}g:${ulid}`),
    redis.get(`${prefix}r:${ulid}`),
    redis.lrange(`${prefix}h:${ulid}`, 0, -1),
  ]);
  const named = (pattern: RegExp): string[] =>
    Object.entries(hash).flatMap(([name, value]) => (pattern.test(name) ? [value] : []));
  const history = [...older, ...named(/^h\d+$/)];
  const { input } = JSON.parse(request ?? '{"input":{}}') as { input: { prompt?: string } };
  return {
    id: `${lane}_${ulid}`,
    status: hash["s"] ?? "",
    reason: hash["r"] ?? "",
    attempts: Number(hash["a"] ?? 0),
    tasks: named(/^k\d+$/),
    unresolved: (hash["u"] ?? "").split(",").filter((one) => one !== "").length,
    answersLost: history.filter((line) => line.startsWith("answer_lost ")).length,
    prompt: createHash("sha256")
      .update(input.prompt ?? "")
      .digest("hex"),
  };
}
