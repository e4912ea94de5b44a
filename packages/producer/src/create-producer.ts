import {
  type Catalog,
  CATALOG,
  DEFAULT_LANE,
  DEFAULT_TENANT,
  explain,
  isTenantName,
  laneOf,
  laneObstacle,
  parseGenerationId,
} from "@apidot-queue/core";
import type { LaneEvent, StoredGeneration, VerbOutcome } from "@apidot-queue/journal";
import type { DiskWait, DurabilityMode } from "@apidot-queue/redis";

import { checkKey } from "./check-item.ts";
import { openConnections, type RedisOption } from "./connections.ts";
import { Enqueuer } from "./enqueuer.ts";
import { followGeneration, followLaneEvents } from "./follow.ts";
import { toRecord } from "./generation-record.ts";
import { lazyDiskWait } from "./lazy-disk-wait.ts";
import { haltLane, readLane, readLanes, resumeLane } from "./lane-desk.ts";
import { ProducerLanes } from "./lanes.ts";
import { type Call, Link } from "./link.ts";
import { checkList } from "./list.ts";
import { writeListCursor } from "./list-cursor.ts";
import { asking } from "./outage.ts";
import type { Producer, TenantView } from "./producer.ts";
import { InvalidRequestError, UnavailableError, UnknownGenerationError } from "./producer-error.ts";
import { checkDecision, resolveLane, resolveOne } from "./resolve.ts";
import { retryOf } from "./retry.ts";
import { Store } from "./store.ts";
import { waitForEnd } from "./wait.ts";

/** How a producer is set up. */
export interface CreateProducerOptions {
  /** A `REDIS_URL` in any of its forms, or a connection that stays the caller's. */
  readonly redis: RedisOption;
  /**
   * Scope of idempotency keys and users; 1 to 48 letters, digits, dots, `-` or `_`.
   * @defaultValue "default"
   */
  readonly tenant?: string;
  /** The lane of requests that name none. @defaultValue "default" */
  readonly lane?: string;
  /** Lets models through, unchecked, that the catalog does not know. @defaultValue false */
  readonly allowUnknownModels?: boolean;
  /** Whose status and prices count. @defaultValue the catalog that ships */
  readonly catalog?: Catalog;
  /**
   * What an idempotency key does whose first request is under way in this moment: `join` finishes what
   * that one began, and gives the same generation; `refuse` throws. @defaultValue "join"
   */
  readonly busyKeys?: "join" | "refuse";
  /**
   * How long a task may run that a person attaches to a generation without a deadline of its own,
   * milliseconds. @defaultValue 3_600_000
   */
  readonly generationDeadlineMs?: number;
  /**
   * Whether an enqueue waits until it is on Redis's disk: `auto` where the server can, `strict` always or it fails,
   * `relaxed` never; or a wait of the caller's. @defaultValue "auto"
   */
  readonly durability?: DurabilityMode | DiskWait;
}

/** The deadline of an attached task, where nothing else is said: an hour. */
const GENERATION_DEADLINE_MS = 3_600_000;

/** How long a question or a cancel may take in all, milliseconds. */
const ASKING_LIMIT_MS = 5_500;

/** What every view of one producer shares. */
interface Shared {
  readonly setup: CreateProducerOptions;
  readonly connections: ReturnType<typeof openConnections>;
  readonly lanes: ProducerLanes;
  readonly link: Link;
  readonly disk: ReturnType<typeof lazyDiskWait>;
  readonly store: Store;
}

/**
 * Creates a producer. It connects in the background; calls wait for the first connection for at
 * most 5 s, and fail at once when Redis is lost later.
 *
 * @throws {RangeError} for a tenant that is no name
 */
export function createProducer(setup: CreateProducerOptions): Producer {
  const { tenant = DEFAULT_TENANT } = setup;
  checkTenant(tenant);
  const connections = openConnections(setup.redis);
  const lanes = new ProducerLanes(connections);
  const link = new Link(connections.main);
  const disk = lazyDiskWait(connections.main, setup.durability ?? "auto");
  const store = new Store({ lanes, link, disk: disk.get });
  const shared = { setup, connections, lanes, link, disk, store };
  return viewOf(shared, tenant, { sees: "all" });
}

function viewOf(shared: Shared, tenant: string, view: TenantView): Producer {
  const { setup, connections, lanes, link, disk, store } = shared;
  const { allowUnknownModels = false, catalog = CATALOG } = setup;
  const rules = { allowUnknownModels, catalog };
  const ownLane = view.lane ?? setup.lane ?? DEFAULT_LANE;

  /** Runs a call once Redis was reached for the first time. */
  const calling = async <T>(
    work: (call: Call) => Promise<T>,
    limitMs: number | null = ASKING_LIMIT_MS,
  ): Promise<T> => {
    await connections.whenReached();
    const call = link.begin(limitMs);
    try {
      return await work(call);
    } finally {
      call.end();
    }
  };

  const isSeen = ({ options }: StoredGeneration): boolean =>
    view.sees === "all" || options.tenant === tenant;

  /** A view of some lanes takes nothing for another one. */
  const checkLane = (lane: string = ownLane): void => {
    if (view.lanes?.includes(lane) !== false) return;
    const message = `must be one of: ${view.lanes.join(", ")}`;
    throw new InvalidRequestError([{ pointer: "/lane", code: "invalid_value", message }]);
  };

  const laneOfKnown = (id: string): string => {
    const parts = parseGenerationId(id);
    if (parts === null || view.lanes?.includes(parts.lane) === false) {
      throw new UnknownGenerationError(id);
    }
    return parts.lane;
  };

  const readIn = async (lane: string, id: string, call: Call): Promise<StoredGeneration> => {
    const stored = await asking(() => call.step(() => lanes.journal(lane).get(id)));
    if (stored === null || !isSeen(stored)) throw new UnknownGenerationError(id);
    return stored;
  };
  const read = (id: string, call: Call): Promise<StoredGeneration> =>
    readIn(laneOfKnown(id), id, call);

  /** An outage is no reason to give a wait up; an unknown id is. */
  const lookUp = async (id: string): Promise<void> => {
    await calling((call) => read(id, call)).catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
    });
  };

  const resolving = {
    lanes,
    store,
    read,
    deadlineMs: setup.generationDeadlineMs ?? GENERATION_DEADLINE_MS,
  };

  const enqueuer = new Enqueuer({
    store,
    connections,
    lanes,
    link,
    tenant,
    defaultLane: ownLane,
    rules,
    busyKeys: setup.busyKeys ?? "join",
    // A key is the tenant's: it finds what it made in whichever lane.
    readKeyed: (id, call) => readIn(laneOf(id), id, call),
  });

  return {
    enqueueMany: async (items) => {
      for (const { options } of items) checkLane(options?.lane);
      return enqueuer.enqueueMany(items);
    },
    enqueue: async (request, options = {}) => {
      checkLane(options.lane);
      return enqueuer.enqueue({ request, options });
    },
    enqueueAccepted: async ({ request, options: accepted }, more = {}) => {
      const options = { ...accepted, ...more };
      checkLane(options.lane);
      const wrong = checkKey(options.idempotencyKey);
      if (wrong.length > 0) throw new InvalidRequestError(wrong);
      return enqueuer.enqueueValid({ request, options });
    },
    findEnqueued: (request, key) => calling((call) => enqueuer.findEnqueued(request, key, call)),
    get: async (id) => {
      laneOfKnown(id);
      return toRecord(await calling((call) => read(id, call)));
    },
    list: async (options = {}) => {
      const query = checkList(options, tenant, view.sees === "all");
      if (Array.isArray(query)) throw new InvalidRequestError(query);
      checkLane(options.lane);
      const journal = lanes.journal(options.lane ?? ownLane);
      const page = await calling((call) => asking(() => call.step(() => journal.list(query))));
      return {
        records: page.generations.map(toRecord),
        nextCursor: page.next === null ? null : writeListCursor(page.next, options),
      };
    },
    wait: async (id, options = {}) => {
      const lane = laneOfKnown(id);
      // Ids come from outside: only one that is stored is worth a connection.
      await lookUp(id);
      return waitForEnd(id, lanes.journal(lane), lanes.follower(lane), options);
    },
    follow: async function* (id, signal) {
      const lane = laneOfKnown(id);
      await calling((call) => read(id, call));
      yield* followGeneration(id, lanes.journal(lane), lanes.follower(lane), signal);
    },
    followLane: async ({ lane = ownLane, after, signal }) => {
      checkLane(lane);
      const journal = lanes.journal(lane);
      const position =
        after ?? (await calling((call) => asking(() => call.step(() => journal.eventsEnd()))));
      const follower = lanes.follower(lane);
      const isVisible = (event: LaneEvent): boolean =>
        view.sees === "all" || event.tenant === tenant;
      let reached = position;
      const onReached = (at: string): void => void (reached = at);
      const following = { journal, follower, after: position, isVisible, onReached, signal };
      return { position, news: followLaneEvents(following), reached: () => reached };
    },
    cancel: async (id) => {
      const lane = laneOfKnown(id);
      return calling(async (call) => {
        if (view.sees !== "all") await read(id, call);
        const outcome: VerbOutcome = await asking(() =>
          store.onDisk(() => lanes.journal(lane).cancel(id), call),
        );
        if (outcome.kind === "ignored" && outcome.reason === "unknown") {
          throw new UnknownGenerationError(id);
        }
        return toRecord(await read(id, call));
      });
    },
    retry: async (id, options = {}) => {
      laneOfKnown(id);
      const { idempotencyKey } = options;
      const wrong = checkKey(idempotencyKey);
      if (wrong.length > 0) throw new InvalidRequestError(wrong);
      const found = await calling(async (call) => {
        const earlier =
          idempotencyKey === undefined
            ? null
            : await enqueuer.earlierRetry(id, idempotencyKey, call);
        return earlier === null ? { stored: await read(id, call) } : { earlier };
      });
      if ("earlier" in found) return found.earlier;
      return enqueuer.retry(retryOf(found.stored, rules), idempotencyKey);
    },
    resolve: async (id, decision) => {
      const lane = laneOfKnown(id);
      const checked = checkDecision(decision);
      return calling((call) => resolveOne(id, lane, checked, call, resolving));
    },
    resolveHeld: ({ lane = ownLane, ...decision }) =>
      calling((call) => resolveLane(lane, decision, call, resolving)),
    explain: async (id) => {
      const lane = laneOfKnown(id);
      const journal = lanes.journal(lane);
      return calling(async (call) => {
        if (view.sees !== "all") await read(id, call);
        const flight = await asking(() => call.step(() => journal.flight(id)));
        if (flight === null) throw new UnknownGenerationError(id);
        const stored = await asking(() => call.step(() => journal.laneState()));
        return explain(flight, laneObstacle(lane, stored.state, stored, stored.now));
      });
    },
    lane: (name) => calling((call) => readLane(name, call, lanes)),
    lanes: () => calling((call) => readLanes(connections.main, ownLane, call, lanes)),
    haltLane: (lane, reason) => calling((call) => haltLane(lane, reason, call, lanes, store)),
    // A redrive takes as long as it is; only each step of it is limited.
    resumeLane: (lane, request = {}) =>
      calling((call) => resumeLane(lane, request, call, lanes), null),
    notifications: async (id) => {
      const journal = lanes.journal(laneOfKnown(id));
      return calling(async (call) => {
        await read(id, call);
        return asking(() => call.step(() => journal.listNotifications(id)));
      });
    },
    replayNotification: async (id, version) => {
      const journal = lanes.journal(laneOfKnown(id));
      return calling(async (call) => {
        await read(id, call);
        return asking(() => call.step(() => journal.replayNotification(id, version)));
      });
    },
    forTenant: (name, its = {}) => {
      checkTenant(name);
      return viewOf(shared, name, its);
    },
    close: async () => {
      await store.close();
      link.close();
      disk.close();
      await lanes.close();
      connections.close();
    },
  };
}

function checkTenant(tenant: string): void {
  if (isTenantName(tenant)) return;
  throw new RangeError("a tenant's name has 1 to 48 letters, digits, dots, - or _");
}
