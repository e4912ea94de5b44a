import type { RedisConnection } from "@apidot-queue/redis";

/**
 * For {@link Health.requires}: whether Redis answers now. A ping, not the client's status, which
 * stays `ready` on a half-open link.
 */
export function answersPing(
  redis: Pick<RedisConnection, "status" | "ping">,
): () => Promise<boolean> {
  return async () => redis.status === "ready" && (await redis.ping()) === "PONG";
}
