/** One token bucket per key. It runs on the emulator's clock and is not sped up. */
export class TokenBuckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #byKey = new Map<string, { tokens: number; atMs: number }>();

  /** @param burst tokens of a full bucket, at least 1. */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes a token. @returns 0 when there was one, else how many ms until there is. */
  take(key: string, nowMs: number): number {
    let bucket = this.#byKey.get(key);
    if (bucket === undefined) {
      bucket = { tokens: this.#burst, atMs: nowMs };
      this.#byKey.set(key, bucket);
    }
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * this.#perSecond;
    bucket.tokens = Math.min(this.#burst, bucket.tokens + gained);
    bucket.atMs = nowMs;
    // Tokens come back in parts; without the tolerance ten tenths would not make a whole.
    if (bucket.tokens >= 1 - 1e-9) {
      bucket.tokens -= 1;
      return 0;
    }
    return ((1 - bucket.tokens) / this.#perSecond) * 1000;
  }
}
