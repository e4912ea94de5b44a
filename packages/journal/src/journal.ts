import { type HistoryEntry, ulidOf } from "@apidot-queue/core";

import { attemptVerbs, type AttemptVerbs } from "./attempts.ts";
import { type LaneFigure, readFigures } from "./counters.ts";
import {
  enqueueAll,
  enqueueRetry,
  type NewGeneration,
  registerLane,
  type Retry,
  type Stored,
  type StoredRetry,
} from "./enqueue.ts";
import { readEvictionPolicy } from "./eviction.ts";
import { eventsAfter, eventsEnd, isEventKept, type LaneEvent, readEvents } from "./events.ts";
import { decisionVerbs, type DecisionVerbs } from "./decisions.ts";
import { accessLane } from "./lane-access.ts";
import { callbackVerbs, type CallbackVerbs } from "./callback-verbs.ts";
import { laneVerbs, type LaneVerbs } from "./lane-verbs.ts";
import { type ListQuery, listStored, type StoredPage } from "./list.ts";
import { notificationVerbs, type NotificationVerbs } from "./notifications.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";
import { pollVerbs, type PollVerbs } from "./polls.ts";
import { rescueVerbs, type RescueVerbs } from "./rescue.ts";
import { retentionVerbs, type RetentionVerbs } from "./retention.ts";
import type { JournalConnection } from "./run-script.ts";
import { readScripts, type ScriptSet } from "./scripts.ts";
import { readFlight, type StoredFlight } from "./stored-flight.ts";
import { readStored, readStoredHistory, type StoredGeneration } from "./stored-generation.ts";

/**
 * The generations of one lane, in Redis: the source of truth. Every change is one script, atomic,
 * guarded by status, attempt and fence, and harmless when repeated; queue jobs are only hints to
 * look here. All times are Redis's, in milliseconds since the epoch.
 */
export interface Journal
  extends
    AttemptVerbs,
    PollVerbs,
    RescueVerbs,
    RetentionVerbs,
    DecisionVerbs,
    LaneVerbs,
    CallbackVerbs,
    NotificationVerbs {
  readonly lane: string;
  /** T1: stores new generations; idempotent on the id. @throws {JournalError} */
  enqueue(generations: readonly NewGeneration[]): Promise<Stored[]>;
  /** T17: stores a new generation in place of one that failed or was canceled. @throws {JournalError} */
  retry(generation: Retry): Promise<StoredRetry>;
  /** T15, T15a. @throws {JournalError} */
  cancel(id: string): Promise<VerbOutcome>;
  /** @returns the generation, or null. @throws {JournalError} */
  get(id: string): Promise<StoredGeneration | null>;
  /** @returns one page of the lane's generations, newest first. @throws {JournalError} */
  list(query: ListQuery): Promise<StoredPage>;
  /** @returns what happened to a generation, oldest first. @throws {JournalError} */
  history(id: string): Promise<HistoryEntry[]>;
  /** @returns the same with all that an explanation needs, or null. @throws {JournalError} */
  flight(id: string): Promise<StoredFlight | null>;
  /** @returns counters and gauges of the lane. @throws {JournalError} */
  figures(): Promise<LaneFigure[]>;
  /** @returns what the server may evict, `noeviction` where all is well, or null. @throws {JournalError} */
  evictionPolicy(): Promise<string | null>;
  /** Where the event stream ends now. @throws {JournalError} */
  eventsEnd(): Promise<string>;
  /** The events behind a position, the oldest first, at most `limit`. @throws {JournalError} */
  eventsAfter(position: string, limit: number): Promise<LaneEvent[]>;
  /** Whether none is missing behind the event at this position. @throws {JournalError} */
  isEventKept(position: string): Promise<boolean>;
  /** Follows the event stream on a connection of its own. @throws {JournalError} */
  readEvents(blocking: JournalConnection, position: string, waitMs: number): Promise<LaneEvent[]>;
}

let shippedScripts: ScriptSet | null = null;

/** @returns the scripts that every shipped process uses: their clock is Redis's. */
export function scriptsOfServerClock(): ScriptSet {
  shippedScripts ??= readScripts();
  return shippedScripts;
}

/**
 * Opens the journal of a lane. Nothing is sent until the first call; the connection stays the
 * caller's.
 */
export function openJournal(redis: JournalConnection, lane: string): Journal {
  return openJournalWith(redis, lane, scriptsOfServerClock());
}

/** The same with scripts of the caller's; only tests have a reason to. */
export function openJournalWith(
  redis: JournalConnection,
  lane: string,
  scripts: ScriptSet,
): Journal {
  const access = accessLane(redis, lane, scripts);
  let isRegistered = false;
  return {
    lane,
    ...attemptVerbs(access),
    ...pollVerbs(access),
    ...rescueVerbs(access),
    ...retentionVerbs(access),
    ...decisionVerbs(access),
    ...laneVerbs(access),
    ...callbackVerbs(access),
    ...notificationVerbs(access),
    enqueue: async (generations) => {
      if (!isRegistered) {
        await registerLane(redis, lane);
        isRegistered = true;
      }
      return enqueueAll(access, generations);
    },
    retry: (generation) => enqueueRetry(access, generation),
    cancel: async (id) => readOutcome(await access.run("cancel", ulidOf(id))),
    get: (id) => readStored(access, id),
    list: (query) => listStored(access, query),
    history: (id) => readStoredHistory(access, id),
    flight: (id) => readFlight(access, id),
    figures: () => readFigures(access),
    evictionPolicy: () => readEvictionPolicy(redis),
    eventsEnd: () => eventsEnd(access),
    eventsAfter: (position, limit) => eventsAfter(access, position, limit),
    isEventKept: (position) => isEventKept(access, position),
    readEvents: (blocking, position, waitMs) => readEvents(access, blocking, position, waitMs),
  };
}
