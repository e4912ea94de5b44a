/** Runs deliveries in the order of their arrival, no more than a number of them at once. */
export class DeliveryLine {
  readonly #width: number;
  #waiting: (() => Promise<void>)[] = [];
  #runningCount = 0;

  /** @param width how many may run at once, at least 1. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Runs a delivery as soon as there is room. @param run must not reject. */
  add(run: () => Promise<void>): void {
    this.#waiting.push(run);
    this.#next();
  }

  /** Forgets whatever waits. */
  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    if (this.#runningCount >= this.#width) return;
    const run = this.#waiting.shift();
    if (run === undefined) return;
    this.#runningCount += 1;
    void run().finally(() => {
      this.#runningCount -= 1;
      this.#next();
    });
  }
}
