/** A pause of one loop, which others may shorten and end for good. */
export class Pause {
  #endsAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #resolve: (() => void) | null = null;
  #isEnded = false;

  /** Waits at most `ms`: less when somebody shortens it, meanwhile or since the last pause. */
  async take(ms: number): Promise<void> {
    if (this.#isEnded) return;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      this.#endsAt = Math.min(this.#endsAt, performance.now() + ms);
      this.#arm();
    });
  }

  /** The current pause, or the next one, ends within `ms`. */
  endWithin(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#endsAt) return;
    this.#endsAt = at;
    if (this.#resolve !== null) this.#arm();
  }

  /** Whether there is to be no further one. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ends the current pause; there is no further one. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const ms = Math.max(1, Math.ceil(this.#endsAt - performance.now()));
    this.#timer = setTimeout(() => this.#wake(), ms);
  }

  #wake(): void {
    clearTimeout(this.#timer);
    this.#endsAt = Number.POSITIVE_INFINITY;
    this.#resolve?.();
    this.#resolve = null;
  }
}
