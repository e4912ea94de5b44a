import { DEFAULT_LANE, type GenerationRequest, parseGenerationId } from "@apidot-queue/core";
import { DEFAULT_TENANT, type StoredGeneration, type VerbOutcome } from "@apidot-queue/journal";

import { openConnections, type RedisOption } from "./connections.ts";
import { Enqueuer } from "./enqueuer.ts";
import { type GenerationRecord, toRecord } from "./generation-record.ts";
import { ProducerLanes } from "./lanes.ts";
import { type Call, Link } from "./link.ts";
import { checkList, type GenerationPage, type ListOptions } from "./list.ts";
import { writeListCursor } from "./list-cursor.ts";
import type { ProducerOptions } from "./new-generation.ts";
import { asking } from "./outage.ts";
import { InvalidRequestError, UnavailableError, UnknownGenerationError } from "./producer-error.ts";
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
   * One page of the lane's generations, newest first. Pages neither repeat nor skip anything,
   * whatever is added meanwhile.
   *
   * @throws {InvalidRequestError} naming every wrong option.
   * @throws {UnavailableError}
   */
  list(options?: ListOptions): Promise<GenerationPage>;
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

/** How long a question or a cancel may take in all, milliseconds. */
const ASKING_LIMIT_MS = 5_500;

/**
 * Creates a producer. It connects in the background; calls wait for the first connection for at
 * most 5 s, and fail at once when Redis is lost later.
 */
export function createProducer(setup: CreateProducerOptions): Producer {
  const { tenant = DEFAULT_TENANT, allowUnknownModels = false } = setup;
  const connections = openConnections(setup.redis);
  const lanes = new ProducerLanes(connections);
  const link = new Link(connections.main);

  /** Runs a call once Redis was reached for the first time. */
  const calling = async <T>(work: (call: Call) => Promise<T>): Promise<T> => {
    await connections.whenReached();
    const call = link.begin(ASKING_LIMIT_MS);
    try {
      return await work(call);
    } finally {
      call.end();
    }
  };

  const read = async (id: string, call: Call): Promise<StoredGeneration> => {
    const stored = await asking(() => call.step(() => lanes.journal(knownLane(id)).get(id)));
    if (stored === null) throw new UnknownGenerationError(id);
    return stored;
  };

  /** An outage is no reason to give a wait up; an unknown id is. */
  const lookUp = async (id: string): Promise<void> => {
    await calling((call) => read(id, call)).catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
    });
  };

  const enqueuer = new Enqueuer({
    connections,
    lanes,
    link,
    tenant,
    defaultLane: setup.lane,
    allowUnknownModels,
    read,
  });

  return {
    enqueueMany: (items) => enqueuer.enqueueMany(items),
    enqueue: async (request, options = {}) => {
      const [record] = await enqueuer.enqueueMany([{ request, options }]);
      if (record === undefined) throw new Error("[unreachable] one request gives one record");
      return record;
    },
    get: async (id) => {
      knownLane(id);
      return toRecord(await calling((call) => read(id, call)));
    },
    list: async (options = {}) => {
      const query = checkList(options, tenant);
      if (Array.isArray(query)) throw new InvalidRequestError(query);
      const journal = lanes.journal(options.lane ?? setup.lane ?? DEFAULT_LANE);
      const page = await calling((call) => asking(() => call.step(() => journal.list(query))));
      return {
        records: page.generations.map(toRecord),
        nextCursor: page.next === null ? null : writeListCursor(page.next, options),
      };
    },
    wait: async (id, options = {}) => {
      const lane = knownLane(id);
      // Ids come from outside: only one that is stored is worth a connection.
      await lookUp(id);
      return waitForEnd(id, lanes.journal(lane), lanes.follower(lane), options);
    },
    cancel: async (id) => {
      const lane = knownLane(id);
      return calling(async (call) => {
        const outcome: VerbOutcome = await asking(() =>
          call.step(() => lanes.journal(lane).cancel(id)),
        );
        if (outcome.kind === "ignored" && outcome.reason === "unknown") {
          throw new UnknownGenerationError(id);
        }
        return toRecord(await read(id, call));
      });
    },
    close: async () => {
      link.close();
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
