import type {
  AcceptedEnqueue,
  Decision,
  FlightRecord,
  GenerationRequest,
  LaneDecision,
  ResumeRequest,
  UncheckedRequest,
} from "@apidot-queue/core";
import type { LoggedNotification } from "@apidot-queue/journal";

import type { GenerationState, LaneNews } from "./follow.ts";
import type { GenerationRecord } from "./generation-record.ts";
import type { LaneResumed } from "./lane-desk.ts";
import type { LaneRecord } from "./lane-record.ts";
import type { GenerationPage, ListOptions } from "./list.ts";
import type { ProducerOptions } from "./new-generation.ts";
import type { LaneResolved, Resolved } from "./resolve.ts";
import type { RetryOptions } from "./retry.ts";
import type { WaitOptions } from "./wait.ts";

/** One request of {@link Producer.enqueueMany}. */
export interface EnqueueItem {
  readonly request: GenerationRequest;
  readonly options?: ProducerOptions;
}

/** Whose generations a producer sees. */
export interface TenantView {
  /** Its own tenant's alone, or everybody's. @defaultValue "own" */
  readonly sees?: "own" | "all";
  /** In these lanes alone. @defaultValue all */
  readonly lanes?: readonly string[];
  /** The lane of requests that name none. @defaultValue that of the producer */
  readonly lane?: string;
}

/** Enqueues generations and follows them. Keep one per process; it is safe to share. */
export interface Producer {
  /**
   * Stores a generation and wakes a submit worker. Resolves once the record is stored; the hint that
   * wakes a worker follows. A process that ends without {@link Producer.close} may take it along: the
   * rescuer makes it anew within seconds.
   *
   * @throws {InvalidRequestError} nothing was stored; every wrong field is named.
   * @throws {IdempotencyConflictError} the key was used with another request.
   * @throws {IdempotencyKeyBusyError} with `busyKeys: "refuse"` alone.
   * @throws {NotStoredError} Redis was not reached or refused.
   * @throws {StorageUnknownError} Redis did not answer; the generation may be stored.
   */
  enqueue(request: GenerationRequest, options?: ProducerOptions): Promise<GenerationRecord>;
  /**
   * The same for what {@link validateEnqueue} took by this producer's rules: it is not checked again.
   *
   * @throws what {@link Producer.enqueue} throws
   */
  enqueueAccepted(
    accepted: Pick<AcceptedEnqueue<UncheckedRequest>, "request" | "options">,
    more?: Pick<ProducerOptions, "idempotencyKey" | "notifyShape">,
  ): Promise<GenerationRecord>;
  /**
   * The generation that this key has made of this request, whatever the catalog says of its model by
   * now: enqueued once more it answers with that one and stores nothing.
   *
   * @returns null when there is none
   * @throws {UnavailableError}
   */
  findEnqueued(request: UncheckedRequest, idempotencyKey: string): Promise<GenerationRecord | null>;
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
   * A generation as it is, and again after each change, up to its end. Changes that follow each other
   * quicker than they are taken are one. An outage of Redis is waited out.
   *
   * @param signal - ends it
   * @throws {UnknownGenerationError} @throws {UnavailableError} before the first one
   */
  follow(id: string, signal: AbortSignal): AsyncGenerator<GenerationState, void, undefined>;
  /**
   * The changes of a lane, each once, in their order; about the last 10,000 are kept. An outage of
   * Redis is waited out.
   *
   * @throws {UnavailableError} @throws {InvalidRequestError} the lane is not one of this producer's
   */
  followLane(options: FollowLaneOptions): Promise<LaneStream>;
  /**
   * Asks for a cancel. What waits is canceled at once; what may be out upstream cannot be stopped
   * and is canceled at its next step. Harmless when repeated.
   *
   * @throws {UnknownGenerationError}
   * @throws {UnavailableError} the wish may have been stored.
   */
  cancel(id: string): Promise<GenerationRecord>;
  /**
   * T17: makes a new generation of the request of one that failed or was canceled; the old one stays
   * as it is.
   *
   * @throws {NotRetryableError} it neither failed nor was canceled; the message says what to do.
   * @throws {InvalidRequestError} the catalog takes the request no more.
   * @throws {IdempotencyConflictError} the key was used with something else.
   * @throws {UnknownGenerationError}
   * @throws {UnavailableError} nothing was stored.
   * @throws {NotStoredError}
   * @throws {StorageUnknownError}
   */
  retry(id: string, options?: RetryOptions): Promise<GenerationRecord>;
  /**
   * T14: carries out what a person decided about a held generation.
   *
   * @throws {NotHeldError}
   * @throws {TaskTakenError} the task is another generation's.
   * @throws {InvalidRequestError} naming what is wrong with the decision.
   * @throws {UnknownGenerationError}
   * @throws {UnavailableError} the decision may have been stored; repeating it does no harm.
   */
  resolve(id: string, decision: Decision): Promise<Resolved>;
  /**
   * The same for all that a lane holds, the longest held first, at most `limit` of them.
   *
   * @throws {InvalidRequestError} naming what is wrong with the decision.
   * @throws {UnavailableError} some of them may have been decided on.
   */
  resolveHeld(decision: LaneDecision & LaneChoice): Promise<LaneResolved>;
  /**
   * Explains a generation: what happened and why, what it may have cost, what is awaited.
   *
   * @throws {UnknownGenerationError} @throws {UnavailableError}
   */
  explain(id: string): Promise<FlightRecord>;
  /** @returns one lane, as it is now. @throws {UnavailableError} */
  lane(name: string): Promise<LaneRecord>;
  /** @returns the producer's lane and every one that stored a generation. @throws {UnavailableError} */
  lanes(): Promise<LaneRecord[]>;
  /**
   * Halts a lane: nothing more is submitted until it is resumed. What runs is followed to its end.
   *
   * @param reason - why; shown with the lane
   * @throws {InvalidRequestError} @throws {UnavailableError}
   */
  haltLane(lane: string, reason: string): Promise<LaneRecord>;
  /**
   * Opens a halted lane. With `redrive` everything is queued again first that failed for key or
   * credits, has no task and no doubt (T16), at most 10,000 a call. A call with a cursor redrives what
   * is left and opens nothing.
   *
   * @throws {InvalidRequestError}
   * @throws {UnavailableError} some of it may have been redriven; repeating it does no harm.
   */
  resumeLane(lane: string, request?: ResumeRequest): Promise<LaneResumed>;
  /**
   * The same for one tenant, on the same connections: it enqueues for that tenant, and what it does
   * not see is unknown to it. Lanes can be halted and resumed by whoever has it.
   *
   * @param tenant - 1 to 48 letters, digits, dots, `-` or `_`
   * @throws {RangeError} for another name
   */
  forTenant(tenant: string, view?: TenantView): Producer;
  /** @returns what the caller of a generation was told, and what came of it; the oldest first. @throws {UnknownGenerationError} @throws {UnavailableError} */
  notifications(id: string): Promise<LoggedNotification[]>;
  /**
   * Tells it once more, with its schedule from the beginning.
   *
   * @returns false where the generation has no such notification
   * @throws {UnknownGenerationError} @throws {UnavailableError} repeating it does no harm.
   */
  replayNotification(id: string, version: number): Promise<boolean>;
  /**
   * Closes what the producer opened, and with it every one that was made of it for a tenant, once the
   * hints that are under way are added.
   */
  close(): Promise<void>;
}

/** Which changes {@link Producer.followLane} tells. */
export interface FollowLaneOptions {
  /** @defaultValue the producer's lane */
  readonly lane?: string | undefined;
  /** A position that was told before, to go on behind it. @defaultValue from now on */
  readonly after?: string | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The changes of a lane. */
export interface LaneStream {
  /** Where it begins. */
  readonly position: string;
  readonly news: AsyncGenerator<LaneNews, void, undefined>;
  /**
   * Up to where all changes were looked at, those of other tenants as well: going on behind it misses
   * nothing that was not told.
   */
  readonly reached: () => string;
}

/** Which held generations {@link Producer.resolveHeld} decides on. */
export interface LaneChoice {
  /** @defaultValue the producer's lane */
  readonly lane?: string;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number;
}
