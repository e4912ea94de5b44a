import type { ErrorCode } from "../errors/error-code.ts";
import type { Generation } from "../lifecycle/generation.ts";
import type { Status } from "../lifecycle/status.ts";
import type { PollFacts } from "../poll/decision.ts";
import type { HistoryEntry } from "./history-entry.ts";

/** What an explanation is made of: one generation with its history, read at one moment. */
export interface FlightFacts {
  /** Milliseconds since the epoch, by the clock that wrote the history. */
  readonly now: number;
  readonly stored: {
    readonly generation: Generation;
    /** Per submit. */
    readonly estimate: { readonly credits: number; readonly catalogDate: string } | null;
    readonly polls: PollFacts;
    /** What the upstream said about a failure, redacted. */
    readonly message: string | null;
    readonly retryOf: string | null;
  };
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  /** What people said when they decided; a line of the history has the number, from 1. */
  readonly reasons: readonly string[];
  /** By when somebody looks at it again; the next poll of one that runs. */
  readonly lookAt: number | null;
  /**
   * When the deadline of its task passes: later than the record says, by as long as status calls were
   * refused. Null for one that has no task to poll, and while they are refused: it stands still then.
   */
  readonly deadlineAt: number | null;
  /**
   * A status call that comes before anything is sent, because a callback named a task; of one that has
   * failed: that a task of it is still looked at. Null for none.
   */
  readonly awaitedLook: {
    /** How long it is waited for; null where there is no limit. */
    readonly until: number | null;
  } | null;
}

/** Why a lane lets nobody begin now, in the words of whoever knows. */
export interface LaneObstacle {
  /** A sentence: `The lane is halted: the balance does not cover a submit.` */
  readonly words: string;
  /** Milliseconds since the epoch; null when nobody knows. */
  readonly until: number | null;
  /** What mends it, as a command line. */
  readonly command: string | null;
}

/** One thing that happened. */
export interface FlightStep {
  readonly at: number;
  /** The rule of the lifecycle that moved it; null for what changed nothing. */
  readonly rule: string | null;
  /**
   * The event's name; `enqueued`, `stale`, `called_back`, `look_ended`, `woken` and `folded` beside
   * those of the lifecycle.
   */
  readonly event: string;
  /** The attempt that it is about, from 1. */
  readonly attempt: number | null;
  readonly from: Status | null;
  readonly to: Status;
  /** One or more sentences. */
  readonly cause: string;
  /** What a person said. */
  readonly reason: string | null;
}

/** How far a submit got, as far as is known. */
export type SubmitPhase = "open" | "before_first_byte" | "sent" | "answered" | "unknown";

/** What one submit came to. */
export interface FlightSubmit {
  readonly attempt: number;
  readonly begunAt: number;
  /** When its outcome was recorded. */
  readonly endedAt: number | null;
  /** From the record of the intent to that of the outcome: no shorter than the call was. */
  readonly durationMs: number | null;
  readonly phase: SubmitPhase;
  /** `open` while nothing is known. */
  readonly outcome:
    | "open"
    | "not_sent"
    | "refused"
    | "accepted"
    | "rejected"
    | "denied"
    | "answer_lost"
    | "unanswered";
  /** What an answer came to; null where none came, or where the history had no room for it. */
  readonly httpStatus: number | null;
  /** A constant word for how the exchange broke. */
  readonly detail: string | null;
  readonly taskId: string | null;
  /** Whether the upstream may have charged for it, or may yet. */
  readonly mayBePaid: boolean;
}

/** The status calls about the bound task. */
export interface FlightPolls {
  /** Those that said "not over". */
  readonly openCount: number;
  readonly failedInARowCount: number;
  /** Answers that keep denying the task: 404, or 400. */
  readonly doubt: PollFacts["doubt"];
  /** 0–100 */
  readonly progress: number | null;
  readonly nextAt: number | null;
}

/** What it may have cost: an estimate by a dated catalog, never the bill. */
export interface FlightMoney {
  /** Of one submit. */
  readonly estimatedCredits: number | null;
  readonly catalogDate: string | null;
  /** How many submits may have been paid, or may yet be. */
  readonly mayBePaidCount: number;
  /** Their attempts, where it is known which. */
  readonly attempts: readonly number[];
  /** Tasks beyond the first: each is a payment of its own. */
  readonly extraTaskIds: readonly string[];
  /** For all of them. */
  readonly atMostCredits: number | null;
  readonly words: string;
}

/** What comes next. */
export interface FlightAwaited {
  readonly what: string;
  readonly by: "submit_worker" | "status_worker" | "upstream" | "lane" | "person";
  /** Milliseconds since the epoch; null where there is no limit. */
  readonly until: number | null;
}

/** What a person can do, as a command line. What is between `<` and `>` is for them to fill in. */
export interface FlightAction {
  readonly command: string;
  readonly words: string;
  /** Whether it may lead to a further payment while an earlier one may stand. */
  readonly mayPayAgain: boolean;
}

/** The flight record of one generation: what happened, why, what it cost, what is awaited. */
export interface FlightRecord {
  readonly id: string;
  readonly lane: string;
  readonly model: string;
  readonly status: Status;
  /** Why it is held or failed. */
  readonly code: ErrorCode | null;
  /** What the upstream said about that; no addresses are in it. */
  readonly message: string | null;
  readonly createdAt: number;
  readonly explainedAt: number;
  readonly retryOf: string | null;
  /** Where it stands, in a sentence. */
  readonly summary: string;
  readonly steps: readonly FlightStep[];
  readonly submits: readonly FlightSubmit[];
  readonly polls: FlightPolls | null;
  readonly money: FlightMoney;
  /** Null where nothing is: it is settled, and no task of it is looked at any more. */
  readonly awaited: FlightAwaited | null;
  readonly actions: readonly FlightAction[];
}
