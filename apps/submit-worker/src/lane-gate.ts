import type { Disposition } from "@apidot-queue/core";

/** What becomes of a hint that was not asked for. */
type Rest = Extract<Disposition, { kind: "rest" }>;

/** How a gate is set up. */
export interface LaneGateOptions {
  /** Whether hints are always asked for one after the other: where the lane has limits. */
  readonly isAlwaysCareful: boolean;
  /** A clock that never steps back, milliseconds. @defaultValue that of the process */
  readonly monotonicMs?: () => number;
}

/**
 * Stands before `begin` in a process. One refusal speaks for all: hints that were taken meanwhile go
 * back without asking. Where the lane has limits, hints are always asked for one after the other:
 * sixteen at once would be refused sixteen times for each attempt that may begin. Elsewhere only the
 * first after a refusal goes alone, and the others wait for what it is told.
 */
export class LaneGate {
  readonly #monotonicMs: () => number;
  readonly #isAlwaysCareful: boolean;
  #isCareful: boolean;
  #closedUntil = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;
  #asked: Promise<unknown> = Promise.resolve();

  constructor({ isAlwaysCareful, monotonicMs }: LaneGateOptions) {
    this.#monotonicMs = monotonicMs ?? (() => performance.now());
    this.#isAlwaysCareful = isAlwaysCareful;
    this.#isCareful = isAlwaysCareful;
  }

  /**
   * Asks, unless the gate is closed.
   *
   * @returns the answer, or for how long to rest
   */
  async ask<T>(question: () => Promise<T>): Promise<T | Rest> {
    if (!this.#isCareful) return question();
    const before = this.#asked;
    const answer = (async () => {
      await before;
      if (this.#monotonicMs() < this.#closedUntil) return this.#rest();
      const answered = await question();
      // An answer that closed the gate was a refusal.
      if (this.#monotonicMs() >= this.#closedUntil) this.#isCareful = this.#isAlwaysCareful;
      return answered;
    })();
    this.#asked = answer.catch(() => undefined);
    return answer;
  }

  /**
   * The lane has no room for `restMs`.
   *
   * @param closedMs - for how long nothing is asked here. @defaultValue as long; shorter where others
   *   may end the rest of the queue, so that the first hint after it is asked for
   */
  close(restMs: number, closedMs: number = restMs): void {
    const now = this.#monotonicMs();
    this.#closedUntil = now + closedMs;
    this.#restUntil = now + restMs;
    this.#isCareful = true;
  }

  #rest(): Rest {
    return { kind: "rest", restMs: Math.max(1, Math.ceil(this.#restUntil - this.#monotonicMs())) };
  }
}
