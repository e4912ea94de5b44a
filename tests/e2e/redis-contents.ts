import type { Redis } from "ioredis";

/** One value in Redis with the way to it. */
export interface StoredText {
  readonly key: string;
  /** Of a hash: its field; of a stream: its entry. */
  readonly field: string | null;
  readonly text: string;
}

/** Reads everything that a Redis holds. Only for small ones. */
export async function readEverything(redis: Redis): Promise<StoredText[]> {
  const keys = await redis.keys("*");
  return (await Promise.all(keys.map((key) => readKey(redis, key)))).flat();
}

async function readKey(redis: Redis, key: string): Promise<StoredText[]> {
  const type = await redis.type(key);
  const stored = (texts: readonly string[]): StoredText[] =>
    texts.map((text) => ({ key, field: null, text }));
  switch (type) {
    case "string":
      return stored([(await redis.get(key)) ?? ""]);
    case "list":
      return stored(await redis.lrange(key, 0, -1));
    case "set":
      return stored(await redis.smembers(key));
    case "zset":
      return stored(await redis.zrange(key, "0", "-1"));
    case "hash": {
      const fields = Object.entries(await redis.hgetall(key));
      return fields.map(([field, text]) => ({ key, field, text: `${field} ${text}` }));
    }
    case "stream": {
      const entries = await redis.xrange(key, "-", "+");
      return entries.map(([field, texts]) => ({ key, field, text: texts.join(" ") }));
    }
    // Expired meanwhile.
    case "none":
      return [];
    default:
      throw new Error(`${key} is a ${type}, which this does not read`);
  }
}
