import { laneOf } from "@apidot-queue/core";
import { JournalError, type NewGeneration, type Stored } from "@apidot-queue/journal";
import { type DiskWait, NotDurableError } from "@apidot-queue/redis";

import { GroupCommit } from "./group-commit.ts";
import type { ProducerLanes } from "./lanes.ts";
import type { Call, Link } from "./link.ts";

/**
 * How long the enqueue of one generation may take in all, milliseconds: a gateway promises an
 * answer within 6 s. A batch takes as long as it is; only each step of it is limited.
 */
export const SINGLE_LIMIT_MS = 5_500;

/** Within which hints are added or left to the rescuer, milliseconds; a close waits as long. */
const HINTS_LIMIT_MS = 1_500;

/** What is written to the journal, and how: on disk where that has to be waited for. */
export interface StoreParts {
  readonly lanes: ProducerLanes;
  readonly link: Link;
  /** Waits for Redis's disk. */
  readonly disk: () => Promise<DiskWait>;
}

/** Stores generations, and wakes workers for those that are new. */
export class Store {
  readonly #parts: StoreParts;
  readonly #groups: GroupCommit;
  readonly #hintsUnderWay = new Set<Promise<void>>();

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#groups = new GroupCommit((group) => this.#storeGroup(group));
  }

  /**
   * Stores one generation, together with those that other callers store at the same time. Its hint
   * follows behind: what is acknowledged is stored, and nobody has to wait for more.
   *
   * @throws {JournalError}
   */
  one(generation: NewGeneration): Promise<Stored> {
    return this.#groups.store(generation);
  }

  /**
   * Does what writes, or reads what another one wrote, and waits until that is on disk.
   *
   * @throws {JournalError} `unknown` when it is perhaps not on disk: what may be gone tomorrow must not
   * be told as stored
   */
  async onDisk<T>(work: () => Promise<T>, call: Call): Promise<T> {
    const disk = await call.step(() => this.#parts.disk());
    const mark = disk.mark();
    const result = await call.step(work);
    try {
      await call.step(() => disk.until(mark));
    } catch (error) {
      if (!(error instanceof NotDurableError)) throw error;
      throw new JournalError("unknown", `stored, and perhaps not on disk: ${error.message}`);
    }
    return result;
  }

  /** @param stored - of the generations, in their order */
  async addHints(
    generations: readonly NewGeneration[],
    stored: readonly Stored[],
    call: Call,
  ): Promise<void> {
    const hints = stored.flatMap(({ id, wake, isNew }, at) => {
      const priority = generations[at]?.priority ?? "normal";
      return isNew ? [{ id, wake, priority, attempt: 0, delayMs: 0 }] : [];
    });
    const [first] = hints;
    if (first !== undefined) await this.#parts.lanes.addHints(laneOf(first.id), hints, call);
  }

  /** Waits for the hints that are under way. */
  async close(): Promise<void> {
    await Promise.all(this.#hintsUnderWay);
  }

  async #storeGroup(group: readonly NewGeneration[]): Promise<Stored[]> {
    const [first] = group;
    if (first === undefined) return [];
    const call = this.#parts.link.begin(SINGLE_LIMIT_MS);
    try {
      const journal = this.#parts.lanes.journal(laneOf(first.id));
      const stored = await this.onDisk(() => journal.enqueue(group), call);
      this.#addHintsBehind(group, stored);
      return stored;
    } finally {
      call.end();
    }
  }

  #addHintsBehind(group: readonly NewGeneration[], stored: readonly Stored[]): void {
    const call = this.#parts.link.begin(HINTS_LIMIT_MS);
    const adding = this.addHints(group, stored, call).finally(() => {
      this.#hintsUnderWay.delete(adding);
      call.end();
    });
    this.#hintsUnderWay.add(adding);
  }
}
