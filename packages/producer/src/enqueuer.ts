import { type GenerationRequest, laneOf } from "@apidot-queue/core";
import {
  type IdempotencyKeys,
  JournalError,
  type NewGeneration,
  openIdempotencyKeys,
  type Retry,
  type Stored,
  type StoredGeneration,
} from "@apidot-queue/journal";

import { type DiskWait, NotDurableError } from "@apidot-queue/redis";

import { batches, inOrder } from "./batches.ts";
import { checkItem, type RequestRules } from "./check-item.ts";
import type { ProducerConnections } from "./connections.ts";
import { type GenerationRecord, toRecord } from "./generation-record.ts";
import type { ProducerLanes } from "./lanes.ts";
import type { Call, Link } from "./link.ts";
import {
  newGeneration,
  requestDigest,
  storedJustNow,
  type ValidEnqueue,
} from "./new-generation.ts";
import { asking, storing } from "./outage.ts";
import type { EnqueueItem } from "./producer.ts";
import { retryDigest } from "./retry.ts";
import {
  IdempotencyConflictError,
  IdempotencyKeyBusyError,
  InvalidRequestError,
  NotRetryableError,
  UnknownGenerationError,
} from "./producer-error.ts";

/**
 * How long the enqueue of one generation may take in all, milliseconds: a gateway promises an
 * answer within 6 s. A batch takes as long as it is; only each step of it is limited.
 */
const SINGLE_LIMIT_MS = 5_500;

/** How long a key may be busy with its first request; who took longer has given up. */
const BUSY_KEY_MS = 6_000;

/** What an enqueue stands on. */
export interface EnqueueParts {
  readonly connections: ProducerConnections;
  readonly lanes: ProducerLanes;
  readonly link: Link;
  readonly tenant: string;
  readonly defaultLane: string | undefined;
  readonly rules: RequestRules;
  /** What a key does whose first request is under way. @see CreateProducerOptions.busyKeys */
  readonly busyKeys: "join" | "refuse";
  /** Waits for Redis's disk. */
  readonly disk: () => Promise<DiskWait>;
  /** Reads a generation that was stored before. */
  readonly read: (id: string, call: Call) => Promise<StoredGeneration>;
}

/** What is stored and perhaps not on disk may be gone tomorrow: nobody must be told that it is stored. */
async function onDisk(wait: () => Promise<void>): Promise<void> {
  try {
    await wait();
  } catch (error) {
    if (!(error instanceof NotDurableError)) throw error;
    throw new JournalError("unknown", `stored, and perhaps not on disk: ${error.message}`);
  }
}

/** While Redis stores one batch, the next is made and the hints of the one before are added. */
const BATCHES_AT_ONCE = 3;

/** Stores generations and adds their hints: all are checked before any is stored. */
export class Enqueuer {
  readonly #parts: EnqueueParts;
  readonly #keys: IdempotencyKeys;

  constructor(parts: EnqueueParts) {
    this.#parts = parts;
    this.#keys = openIdempotencyKeys(parts.connections.main);
  }

  /** @see Producer.enqueueMany */
  async enqueueMany(items: readonly EnqueueItem[]): Promise<GenerationRecord[]> {
    const { rules, connections, link } = this.#parts;
    const checked = items.map((item, index) =>
      checkItem(item, items.length > 1 ? `/${index}` : "", rules),
    );
    const errors = checked.flatMap((result) => (Array.isArray(result) ? result : []));
    if (errors.length > 0) throw new InvalidRequestError(errors);
    await connections.whenReached();
    const call = link.begin(items.length === 1 ? SINGLE_LIMIT_MS : null);
    try {
      return await this.#storeAll(checked as ValidEnqueue[], call);
    } finally {
      call.end();
    }
  }

  /** @see Producer.hasEnqueued */
  async hasEnqueued(request: GenerationRequest, key: string, call: Call): Promise<boolean> {
    const { tenant, read } = this.#parts;
    const held = await asking(() => call.step(() => this.#keys.find({ tenant, key })));
    if (held === null || held.digest !== requestDigest(request)) return false;
    try {
      await read(held.id, call);
      return true;
    } catch (error) {
      if (error instanceof UnknownGenerationError) return false;
      throw error;
    }
  }

  /**
   * The retry that a key has made before: it is the answer to that key, whatever became since of the
   * generation that it retries.
   *
   * @returns null when there is none
   */
  async earlierRetry(of: string, key: string, call: Call): Promise<GenerationRecord | null> {
    const { tenant, read } = this.#parts;
    const held = await asking(() => call.step(() => this.#keys.find({ tenant, key })));
    if (held === null || held.digest !== retryDigest(of)) return null;
    try {
      return await storing([held.id], async () => {
        const disk = await call.step(() => this.#parts.disk());
        const mark = disk.mark();
        const record = toRecord(await read(held.id, call));
        // Whoever stored it may have had no answer because the disk did not follow.
        await onDisk(() => call.step(() => disk.until(mark)));
        return record;
      });
    } catch (error) {
      // The key was taken, and nothing stored.
      if (error instanceof UnknownGenerationError) return null;
      throw error;
    }
  }

  /** @see Producer.retry */
  async retry(retry: Retry, key: string | undefined): Promise<GenerationRecord> {
    const { retryOf } = retry;
    const call = this.#parts.link.begin(SINGLE_LIMIT_MS);
    try {
      const id =
        key === undefined ? retry.id : await this.#claim(retry, key, retryDigest(retryOf), call);
      const claimed = { ...retry, id };
      const write = async (): Promise<Stored[]> => {
        const outcome = await this.#parts.lanes.journal(laneOf(id)).retry(claimed);
        if (outcome.kind === "stored") return [outcome.stored];
        throw new NotRetryableError(retryOf, outcome.status);
      };
      const [record] = await storing([id], () => this.#store([claimed], call, write));
      if (record === undefined) throw new Error("[unreachable] one generation gives one record");
      return record;
    } finally {
      call.end();
    }
  }

  async #storeAll(checked: readonly ValidEnqueue[], call: Call): Promise<GenerationRecord[]> {
    const { tenant, defaultLane, rules } = this.#parts;
    const generations: NewGeneration[] = [];
    for (const valid of checked) {
      const generation = newGeneration(valid, tenant, rules.catalog, defaultLane);
      const key = valid.options.idempotencyKey;
      generations.push(
        key === undefined
          ? generation
          : await this.#claimRequest(
              generation,
              key,
              call,
              new Set(generations.map(({ id }) => id)),
            ),
      );
    }
    const ids = generations.map(({ id }) => id);
    const records = new Map<string, GenerationRecord>();
    const storeNext = async (batch: readonly NewGeneration[]): Promise<void> => {
      const isFirst = records.size === 0;
      const stored = await storing(ids, () => this.#store(batch, call), isFirst);
      for (const record of stored) records.set(record.id, record);
    };
    const [first = [], ...rest] = batches(generations);
    await storeNext(first);
    await inOrder(rest, BATCHES_AT_ONCE, storeNext);
    return ids.flatMap((id) => records.get(id) ?? []);
  }

  async #claimRequest(
    generation: NewGeneration,
    key: string,
    call: Call,
    ownIds: ReadonlySet<string>,
  ): Promise<NewGeneration> {
    const id = await this.#claim(generation, key, requestDigest(generation), call, ownIds);
    return { ...generation, id };
  }

  /** An idempotency key decides on the id: the first request that used it gave it. */
  async #claim(
    generation: NewGeneration,
    key: string,
    digest: string,
    call: Call,
    ownIds: ReadonlySet<string> = new Set(),
  ): Promise<string> {
    const { tenant, busyKeys } = this.#parts;
    const reservation = { tenant, key, digest, id: generation.id };
    // Without an answer it is not known whose id the key has: not ours, if it was used before.
    const reserved = await storing([], () => call.step(() => this.#keys.reserve(reservation)));
    if (reserved.kind === "conflict") throw new IdempotencyConflictError(reserved.id);
    const isBusy = (reserved.ageMs ?? Infinity) < BUSY_KEY_MS;
    if (isBusy && busyKeys === "refuse" && !ownIds.has(reserved.id))
      throw new IdempotencyKeyBusyError(reserved.id);
    return reserved.id;
  }

  async #store(
    batch: readonly NewGeneration[],
    call: Call,
    write?: () => Promise<Stored[]>,
  ): Promise<GenerationRecord[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const journal = this.#parts.lanes.journal(laneOf(first.id));
    const disk = await call.step(() => this.#parts.disk());
    const mark = disk.mark();
    const stored = await call.step(write ?? (() => journal.enqueue(batch)));
    await onDisk(() => call.step(() => disk.until(mark)));
    await Promise.all([this.#addHints(batch, stored, call), this.#keepKeys(batch, call)]);
    return Promise.all(stored.map((entry, at) => this.#recordOf(entry, batch[at], call)));
  }

  /** The record is stored: a hint that cannot be added now is made by the rescuer. */
  async #addHints(
    generations: readonly NewGeneration[],
    stored: readonly Stored[],
    call: Call,
  ): Promise<void> {
    const hints = stored.flatMap((entry, index) => {
      const priority = generations[index]?.priority ?? "normal";
      const { id, wake, isNew } = entry;
      return isNew ? [{ id, wake, priority, attempt: 0, delayMs: 0 }] : [];
    });
    const [first] = hints;
    if (first === undefined) return;
    const queue = this.#parts.lanes.queue(laneOf(first.id));
    await call.step(() => queue.add(hints)).catch(() => undefined);
  }

  /**
   * A key without a record has an end of its own. Where this fails it keeps that end, which is far
   * beyond any retry.
   */
  async #keepKeys(generations: readonly NewGeneration[], call: Call): Promise<void> {
    const keys = generations.flatMap(({ options: { tenant, idempotencyKey: key } }) =>
      key === null ? [] : [{ tenant, key }],
    );
    if (keys.length === 0) return;
    await call.step(() => this.#keys.keep(keys)).catch(() => undefined);
  }

  async #recordOf(
    entry: Stored,
    generation: NewGeneration | undefined,
    call: Call,
  ): Promise<GenerationRecord> {
    if (entry.isNew && generation !== undefined) {
      return toRecord(storedJustNow(generation, entry.createdAt));
    }
    return toRecord(await this.#parts.read(entry.id, call));
  }
}
