import { type FieldError, laneOf, type UncheckedRequest } from "@apidot-queue/core";
import {
  type IdempotencyKeys,
  type NewGeneration,
  openIdempotencyKeys,
  type Retry,
  type Stored,
  type StoredGeneration,
} from "@apidot-queue/journal";

import { batches, inOrder } from "./batches.ts";
import { checkItem, isOfModelAlone, type RequestRules } from "./check-item.ts";
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
import { SINGLE_LIMIT_MS, type Store } from "./store.ts";
import {
  IdempotencyConflictError,
  IdempotencyKeyBusyError,
  InvalidRequestError,
  NotRetryableError,
  UnknownGenerationError,
} from "./producer-error.ts";

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
  readonly store: Store;
  /** Reads a generation that a key of the tenant has made. @throws {UnknownGenerationError} */
  readonly readKeyed: (id: string, call: Call) => Promise<StoredGeneration>;
}

/** Records per round trip: large enough to be fast, small enough not to hold others up. */
const BATCH = 125;

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

  /** @see Producer.enqueue */
  async enqueue(item: EnqueueItem): Promise<GenerationRecord> {
    const checked = checkItem(item, "", this.#parts.rules);
    if (!Array.isArray(checked)) return this.enqueueValid(checked);
    const key = item.options?.idempotencyKey;
    const earlier =
      key !== undefined && isOfModelAlone(checked)
        ? await this.#findAgain(item.request, key)
        : null;
    if (earlier === null) throw new InvalidRequestError(checked);
    return earlier;
  }

  /** Whoever had no answer repeats the request, though its model was paused since. */
  async #findAgain(request: UncheckedRequest, key: string): Promise<GenerationRecord | null> {
    await this.#parts.connections.whenReached();
    const call = this.#parts.link.begin(SINGLE_LIMIT_MS);
    try {
      return await this.findEnqueued(request, key, call);
    } finally {
      call.end();
    }
  }

  /** Enqueues what was checked by the same rules. */
  async enqueueValid(valid: ValidEnqueue): Promise<GenerationRecord> {
    const { connections, link, store } = this.#parts;
    await connections.whenReached();
    const call = link.begin(SINGLE_LIMIT_MS);
    try {
      const generation = await this.#underItsKey(this.#newGeneration(valid), call);
      return await storing([generation.id], async () => {
        const stored = await call.join(() => store.one(generation));
        await this.#keepKeys([generation], call);
        return this.#recordOf(stored, generation, call);
      });
    } finally {
      call.end();
    }
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

  /** @see Producer.findEnqueued */
  async findEnqueued(
    request: UncheckedRequest,
    key: string,
    call: Call,
  ): Promise<GenerationRecord | null> {
    const { readKeyed } = this.#parts;
    const read = (id: string) => readKeyed(id, call);
    const stored = await this.#madeBy(key, requestDigest(request), call, read);
    return stored === null ? null : toRecord(stored);
  }

  /**
   * The retry that a key has made before: it is the answer to that key, whatever became since of the
   * generation that it retries.
   *
   * @returns null when there is none
   */
  async earlierRetry(of: string, key: string, call: Call): Promise<GenerationRecord | null> {
    const { readKeyed, store } = this.#parts;
    // Whoever stored it may have had no answer because the disk did not follow.
    const read = (id: string) => storing([id], () => store.onDisk(() => readKeyed(id, call), call));
    const stored = await this.#madeBy(key, retryDigest(of), call, read);
    return stored === null ? null : toRecord(stored);
  }

  /** @returns what a key has made of that digest; null when it has made nothing, or something else. */
  async #madeBy(
    key: string,
    digest: string,
    call: Call,
    read: (id: string) => Promise<StoredGeneration>,
  ): Promise<StoredGeneration | null> {
    const { tenant } = this.#parts;
    const held = await asking(() => call.step(() => this.#keys.find({ tenant, key })));
    if (held === null || held.digest !== digest) return null;
    try {
      return await read(held.id);
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
      // A retry is its old tenant's, and a key its caller's: kept with the record of another tenant it
      // would be looked for among the keys of that one. It ends by itself.
      const isOwn = retry.options.tenant === this.#parts.tenant;
      const idempotencyKey = isOwn ? (key ?? null) : null;
      const claimed = { ...retry, id, options: { ...retry.options, idempotencyKey } };
      return await storing([id], async () => {
        const { lanes, store } = this.#parts;
        const journal = lanes.journal(laneOf(id));
        const outcome = await store.onDisk(() => journal.retry(claimed), call);
        if (outcome.kind !== "stored") throw new NotRetryableError(retryOf, outcome.status);
        const { stored } = outcome;
        await Promise.all([
          store.addHints([claimed], [stored], call),
          this.#keepKeys([claimed], call),
        ]);
        return this.#recordOf(stored, claimed, call);
      });
    } finally {
      call.end();
    }
  }

  #newGeneration(valid: ValidEnqueue): NewGeneration {
    const { tenant, defaultLane, rules } = this.#parts;
    return newGeneration(valid, tenant, rules.catalog, defaultLane);
  }

  /** With the id that its key gives it, if it has a key. */
  async #underItsKey(
    generation: NewGeneration,
    call: Call,
    ownIds?: ReadonlySet<string>,
  ): Promise<NewGeneration> {
    const key = generation.options.idempotencyKey;
    if (key === null) return generation;
    const id = await this.#claim(generation, key, requestDigest(generation), call, ownIds);
    return { ...generation, id };
  }

  async #storeAll(checked: readonly ValidEnqueue[], call: Call): Promise<GenerationRecord[]> {
    const unkeyed = checked.map((valid) => this.#newGeneration(valid));
    if (unkeyed.length > 1) await this.#checkKeys(unkeyed, call);
    const generations: NewGeneration[] = [];
    const ownIds = new Set<string>();
    for (const one of unkeyed) {
      const generation = await this.#underItsKey(one, call, ownIds);
      generations.push(generation);
      ownIds.add(generation.id);
    }
    const ids = generations.map(({ id }) => id);
    const records = new Map<string, GenerationRecord>();
    const storeNext = async (batch: readonly NewGeneration[]): Promise<void> => {
      const isFirst = records.size === 0;
      const stored = await storing(ids, () => this.#storeBatch(batch, call), isFirst);
      for (const record of stored) records.set(record.id, record);
    };
    const [first = [], ...rest] = batches(generations, ({ id }) => laneOf(id), BATCH);
    await storeNext(first);
    await inOrder(rest, BATCHES_AT_ONCE, storeNext);
    return ids.flatMap((id) => records.get(id) ?? []);
  }

  /**
   * A batch that is refused takes no key: it is looked at before the first one is.
   *
   * @throws {IdempotencyConflictError} for a key that has made something else
   * @throws {InvalidRequestError} for one that is to make two things in this batch
   */
  async #checkKeys(generations: readonly NewGeneration[], call: Call): Promise<void> {
    const { tenant } = this.#parts;
    const asked = generations.flatMap((generation, at) => {
      const key = generation.options.idempotencyKey;
      return key === null ? [] : [{ at, key, digest: requestDigest(generation) }];
    });
    const own = new Map(asked.map(({ key, digest }) => [key, digest] as const).toReversed());
    const wrong = asked.filter(({ key, digest }) => own.get(key) !== digest);
    if (wrong.length > 0) throw new InvalidRequestError(wrong.map(({ at }) => repeatedKey(at)));
    const find = (key: string) => call.step(() => this.#keys.find({ tenant, key }));
    const found = await asking(() => Promise.all(asked.map(({ key }) => find(key))));
    for (const [n, { digest }] of asked.entries()) {
      const held = found[n] ?? null;
      if (held !== null && held.digest !== digest) throw new IdempotencyConflictError(held.id);
    }
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

  async #storeBatch(batch: readonly NewGeneration[], call: Call): Promise<GenerationRecord[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const { lanes, store } = this.#parts;
    const journal = lanes.journal(laneOf(first.id));
    const stored = await store.onDisk(() => journal.enqueue(batch), call);
    await Promise.all([store.addHints(batch, stored, call), this.#keepKeys(batch, call)]);
    return Promise.all(stored.map((entry, at) => this.#recordOf(entry, batch[at], call)));
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
    return toRecord(await this.#parts.readKeyed(entry.id, call));
  }
}

function repeatedKey(at: number): FieldError {
  const message = "belongs to another request of this batch";
  return { pointer: `/${at}/idempotencyKey`, code: "invalid_value", message };
}
