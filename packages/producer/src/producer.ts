import { type GenerationRequest, laneOf, parseGenerationId } from "@apidot-queue/core";
import {
  DEFAULT_TENANT,
  type NewGeneration,
  openIdempotencyKeys,
  type Stored,
  type StoredGeneration,
  type VerbOutcome,
} from "@apidot-queue/journal";

import { batches } from "./batches.ts";
import { checkItem } from "./check-item.ts";
import { openConnections, type RedisOption } from "./connections.ts";
import { type GenerationRecord, toRecord } from "./generation-record.ts";
import { ProducerLanes } from "./lanes.ts";
import {
  newGeneration,
  type ProducerOptions,
  requestDigest,
  storedJustNow,
  type ValidEnqueue,
} from "./new-generation.ts";
import { asking, storing } from "./outage.ts";
import {
  IdempotencyConflictError,
  InvalidRequestError,
  UnavailableError,
  UnknownGenerationError,
} from "./producer-error.ts";
import { waitForEnd, type WaitOptions } from "./wait.ts";

/** How a producer is set up. */
export interface CreateProducerOptions {
  /** A `REDIS_URL` in any of its forms, or a connection that stays the caller's. */
  readonly redis: RedisOption;
  /** Scope of idempotency keys and users. @defaultValue "default" */
  readonly tenant?: string;
  /** The lane of requests that name none. @defaultValue "default" */
  readonly lane?: string;
  /** Lets models through, unchecked, that the catalog does not know. @defaultValue false */
  readonly allowUnknownModels?: boolean;
}

/** One request of {@link Producer.enqueueMany}. */
export interface EnqueueItem {
  readonly request: GenerationRequest;
  readonly options?: ProducerOptions;
}

/** Enqueues generations and follows them. Keep one per process; it is safe to share. */
export interface Producer {
  /**
   * Stores a generation and wakes a submit worker. Resolves once the record is stored.
   *
   * @throws {InvalidRequestError} nothing was stored; every wrong field is named.
   * @throws {IdempotencyConflictError} the key was used with another request.
   * @throws {NotStoredError} Redis was not reached or refused.
   * @throws {StorageUnknownError} Redis did not answer; the generation may be stored.
   */
  enqueue(request: GenerationRequest, options?: ProducerOptions): Promise<GenerationRecord>;
  /** The same for many: all are checked before any is stored. Pointers start with the index. */
  enqueueMany(items: readonly EnqueueItem[]): Promise<GenerationRecord[]>;
  /** @returns the record. @throws {UnknownGenerationError} @throws {UnavailableError} */
  get(id: string): Promise<GenerationRecord>;
  /**
   * Waits until the generation is settled or held.
   *
   * @throws {WaitTimeoutError} the time is up; the generation goes on.
   * @throws {UnknownGenerationError}
   */
  wait(id: string, options?: WaitOptions): Promise<GenerationRecord>;
  /**
   * Asks for a cancel. What waits is canceled at once; what may be out upstream cannot be stopped
   * and is canceled at its next step. Harmless when repeated.
   *
   * @throws {UnknownGenerationError}
   * @throws {UnavailableError} the wish may have been stored.
   */
  cancel(id: string): Promise<GenerationRecord>;
  /** Closes what the producer opened. */
  close(): Promise<void>;
}

/**
 * Creates a producer. It connects in the background; calls wait for the first connection for at
 * most 5 s, and fail at once when Redis is lost later.
 */
export function createProducer(setup: CreateProducerOptions): Producer {
  const { tenant = DEFAULT_TENANT, allowUnknownModels = false } = setup;
  const connections = openConnections(setup.redis);
  const lanes = new ProducerLanes(connections);
  const keys = openIdempotencyKeys(connections.main);

  /** An idempotency key decides on the id: the first request that used it gave it. */
  const claimKey = async (generation: NewGeneration, key: string): Promise<NewGeneration> => {
    const digest = requestDigest(generation);
    const { id } = generation;
    const reserved = await storing([id], () => keys.reserve({ tenant, key, digest, id }));
    if (reserved.kind === "conflict") throw new IdempotencyConflictError(reserved.id);
    return { ...generation, id: reserved.id };
  };

  const store = async (generations: readonly NewGeneration[]): Promise<GenerationRecord[]> => {
    const first = generations[0];
    if (first === undefined) return [];
    const lane = laneOf(first.id);
    const stored = await lanes.journal(lane).enqueue(generations);
    await addHints(generations, stored, lane);
    return Promise.all(stored.map((entry, index) => recordOf(entry, generations[index], lane)));
  };

  /** The record is stored: a hint that cannot be added now is made by the rescuer. */
  const addHints = async (
    generations: readonly NewGeneration[],
    stored: readonly Stored[],
    lane: string,
  ): Promise<void> => {
    const hints = stored.flatMap((entry, index) => {
      const priority = generations[index]?.priority ?? "normal";
      const { id, wake, isNew } = entry;
      return isNew ? [{ id, wake, priority, attempt: 0, delayMs: 0 }] : [];
    });
    await lanes
      .queue(lane)
      .add(hints)
      .catch(() => undefined);
  };

  const recordOf = async (
    entry: Stored,
    generation: NewGeneration | undefined,
    lane: string,
  ): Promise<GenerationRecord> => {
    if (entry.isNew && generation !== undefined) {
      return toRecord(storedJustNow(generation, entry.createdAt));
    }
    return toRecord(await read(entry.id, lane));
  };

  const read = async (id: string, lane: string): Promise<StoredGeneration> => {
    await connections.whenReached();
    const stored = await asking(() => lanes.journal(lane).get(id));
    if (stored === null) throw new UnknownGenerationError(id);
    return stored;
  };

  /** An outage is no reason to give a wait up; an unknown id is. */
  const lookUp = async (id: string, lane: string): Promise<void> => {
    await read(id, lane).catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
    });
  };

  const enqueueMany = async (items: readonly EnqueueItem[]): Promise<GenerationRecord[]> => {
    const checked = items.map((item, index) =>
      checkItem(item, items.length > 1 ? `/${index}` : "", allowUnknownModels),
    );
    const errors = checked.flatMap((result) => (Array.isArray(result) ? result : []));
    if (errors.length > 0) throw new InvalidRequestError(errors);
    await connections.whenReached();

    const generations: NewGeneration[] = [];
    for (const valid of checked as ValidEnqueue[]) {
      const generation = newGeneration(valid, tenant, setup.lane);
      const key = valid.options.idempotencyKey;
      generations.push(key === undefined ? generation : await claimKey(generation, key));
    }
    const ids = generations.map(({ id }) => id);
    const records = new Map<string, GenerationRecord>();
    for (const batch of batches(generations)) {
      const isFirst = records.size === 0;
      for (const record of await storing(ids, () => store(batch), isFirst)) {
        records.set(record.id, record);
      }
    }
    return ids.flatMap((id) => records.get(id) ?? []);
  };

  return {
    enqueueMany,
    enqueue: async (request, options = {}) => {
      const [record] = await enqueueMany([{ request, options }]);
      if (record === undefined) throw new Error("[unreachable] one request gives one record");
      return record;
    },
    get: async (id) => toRecord(await read(id, knownLane(id))),
    wait: async (id, options = {}) => {
      const lane = knownLane(id);
      // Ids come from outside: only one that is stored is worth a connection.
      await lookUp(id, lane);
      return waitForEnd(id, lanes.journal(lane), lanes.follower(lane), options);
    },
    cancel: async (id) => {
      const lane = knownLane(id);
      await connections.whenReached();
      const outcome: VerbOutcome = await asking(() => lanes.journal(lane).cancel(id));
      if (outcome.kind === "ignored" && outcome.reason === "unknown") {
        throw new UnknownGenerationError(id);
      }
      return toRecord(await read(id, lane));
    },
    close: async () => {
      await lanes.close();
      connections.close();
    },
  };
}

function knownLane(id: string): string {
  const parts = parseGenerationId(id);
  if (parts === null) throw new UnknownGenerationError(id);
  return parts.lane;
}
