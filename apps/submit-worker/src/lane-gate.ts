import type { Disposition } from "@apidot-queue/core";

/** What becomes of a hint that was not asked for. */
type Rest = Extract<Disposition, { kind: "rest" }>;

/**
 * Stands before `begin` in a process whose lane has limits. Hints are asked for one after the other,
 * and one refusal speaks for all: those that were taken meanwhile go back without asking. Sixteen at
 * once would be refused sixteen times for each attempt that may begin.
 */
export class LaneGate {
  readonly #monotonicMs: () => number;
  #closedUntil = Number.NEGATIVE_INFINITY;
  #asked: Promise<unknown> = Promise.resolve();

  /** @param monotonicMs - a clock that never steps back */
  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Asks when all before have been answered, unless the gate is closed then.
   *
   * @returns the answer, or for how long to rest
   */
  async ask<T>(question: () => Promise<T>): Promise<T | Rest> {
    const before = this.#asked;
    const answer = (async () => {
      await before;
      const restMs = Math.ceil(this.#closedUntil - this.#monotonicMs());
      return restMs > 0 ? { kind: "rest" as const, restMs } : question();
    })();
    this.#asked = answer.catch(() => undefined);
    return answer;
  }

  /** The lane has no room for `ms`. */
  close(ms: number): void {
    this.#closedUntil = this.#monotonicMs() + ms;
  }
}
