import { laneOf } from "@apidot-queue/core";
import type { NewGeneration, Stored } from "@apidot-queue/journal";

import { batches } from "./batches.ts";

/** One script each: few enough that none holds others up for long. */
const GROUP = 32;

interface Waiting {
  readonly generation: NewGeneration;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores the single generations that many callers hand over within one turn of the event loop
 * together, as databases commit in groups: a busy gateway makes one call of what would be a dozen.
 * Groups do not wait for each other, and a lone generation waits for nothing but the end of its turn.
 */
export class GroupCommit {
  readonly #store: (group: readonly NewGeneration[]) => Promise<readonly Stored[]>;
  #waiting: Waiting[] = [];

  /** @param store - stores generations of one lane, and gives one result for each in their order */
  constructor(store: (group: readonly NewGeneration[]) => Promise<readonly Stored[]>) {
    this.#store = store;
  }

  /** Whatever its group comes to, comes to each of it. */
  store(generation: NewGeneration): Promise<Stored> {
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ generation, resolve, reject });
      if (count === 1) setImmediate(this.#leave);
    });
  }

  readonly #leave = (): void => {
    const all = this.#waiting;
    this.#waiting = [];
    for (const group of batches(all, laneOfWaiting, GROUP)) void this.#storeGroup(group);
  };

  async #storeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const stored = await this.#store(group.map(({ generation }) => generation));
      for (const [at, { resolve, reject }] of group.entries()) {
        const own = stored[at];
        if (own === undefined) reject(new Error("[unreachable] a group gives each its result"));
        else resolve(own);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

function laneOfWaiting({ generation }: Waiting): string {
  return laneOf(generation.id);
}
