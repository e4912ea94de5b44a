/**
 * The journal could not do what was asked. The message carries nothing of a request: errors of the
 * Redis client hold the arguments of their command, so they are never passed on as they are.
 */
export class JournalError extends Error {
  override readonly name = "JournalError";
  /**
   * - `not_reached`: nothing was sent to Redis.
   * - `unknown`: sent, and no answer came; a write may have happened.
   * - `refused`: Redis answered with an error; nothing was written.
   */
  readonly kind: "not_reached" | "unknown" | "refused";

  constructor(kind: JournalError["kind"], detail: string) {
    super(`[journal_${kind}] ${detail}`);
    this.kind = kind;
  }
}

/** What ioredis says when it holds no connection and was told not to queue. */
const NEVER_SENT = /enableOfflineQueue|isn't writeable/;
/** The upper-case word that starts an error of the server. */
const REPLY_CODE = /^([A-Z][A-Z]+)\b/;

/** Turns whatever the Redis client threw into a {@link JournalError}; total, drops every argument. */
export function toJournalError(thrown: unknown): JournalError {
  if (thrown instanceof JournalError) return thrown;
  if (!(thrown instanceof Error)) return new JournalError("unknown", "the Redis client failed");
  if (thrown.name === "ReplyError") {
    const code = REPLY_CODE.exec(thrown.message)?.[1] ?? "ERR";
    const line = /(?:user_script|f_[0-9a-f]{40}):(\d+)/.exec(thrown.message)?.[1];
    return new JournalError(
      "refused",
      line === undefined ? code : `${code} at script line ${line}`,
    );
  }
  if (NEVER_SENT.test(thrown.message))
    return new JournalError("not_reached", "no connection to Redis");
  return new JournalError("unknown", `no answer from Redis (${thrown.name})`);
}

/** Runs commands of the Redis client; whatever they throw leaves as a {@link JournalError}. */
export async function withJournalErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toJournalError(error);
  }
}
