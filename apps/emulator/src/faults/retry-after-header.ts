/** What a rule says about `Retry-After`. */
interface RetryAfter {
  readonly retry_after?: number | string | true | undefined;
  readonly retry_after_as?: "seconds" | "date" | undefined;
}

/**
 * The `Retry-After` header a rule asks for, or none.
 *
 * @param waitMs what `true` stands for; a date counts from the emulator's clock, which has whole seconds there.
 */
export function retryAfterHeader(
  { retry_after: value, retry_after_as: form }: RetryAfter,
  nowMs: number,
  waitMs: number,
): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value === "string") return { "retry-after": value };
  const seconds = value === true ? Math.ceil(waitMs / 1000) : value;
  const text = form === "date" ? new Date(nowMs + seconds * 1000).toUTCString() : String(seconds);
  return { "retry-after": text };
}
