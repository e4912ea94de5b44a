import {
  DEFAULT_TENANT,
  type Priority,
  PRIORITY_NUMBERS,
  type Status,
  ulidOf,
} from "@apidot-queue/core";

import { LANES_KEY, userIndex } from "./keys.ts";
import { HINT_SLACK_MS, type LaneAccess, textAt } from "./lane-access.ts";
import { JournalError, withJournalErrors } from "./journal-error.ts";
import type { JournalConnection, Reply } from "./run-script.ts";

/** A generation as its producer hands it over. */
export interface NewGeneration {
  readonly id: string;
  readonly model: string;
  /** Stored and sent as given. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly priority: Priority;
  /** Estimated credits with the date of the catalog, or null for a model without a price. */
  readonly estimate: { readonly credits: number; readonly catalogDate: string } | null;
  /** Milliseconds from submitted to timed out, or null for the worker's default. */
  readonly deadlineMs: number | null;
  readonly options: StoredOptions;
}

/** A new generation in place of one that failed or was canceled. */
export interface Retry extends NewGeneration {
  /** The id of that one, of the same lane. */
  readonly retryOf: string;
}

/** What the caller attached; kept beside the request, never sent upstream. */
export interface StoredOptions {
  readonly tenant: string;
  readonly userId: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly notifyUrl: string | null;
  /** In whose words it is notified. @defaultValue ours */
  readonly notifyShape?: "upstream";
  /** The caller's idempotency key, so that it ends with the record. */
  readonly idempotencyKey: string | null;
}

/** What became of an enqueue. */
export interface Stored {
  readonly id: string;
  /** False when the id was stored before: the record is the earlier one. */
  readonly isNew: boolean;
  readonly createdAt: number;
  /** Number of the wake-up hint that is due. */
  readonly wake: number;
}

/** What became of a retry. */
export type StoredRetry =
  | { readonly kind: "stored"; readonly stored: Stored }
  /** What it was to retry goes on, or succeeded: nothing is stored. */
  | { readonly kind: "not_retryable"; readonly status: Exclude<Status, "failed" | "canceled"> };

/**
 * T1. Stores new generations of one lane. Idempotent on the id. Each is stored whole or not at all.
 *
 * @throws {JournalError} `not_reached` and `refused`: nothing is stored; `unknown`: it may be.
 */
export async function enqueueAll(
  access: LaneAccess,
  generations: readonly NewGeneration[],
): Promise<Stored[]> {
  const calls: (string | number)[][] = [];
  for (let from = 0; from < generations.length; from += PER_SCRIPT) {
    const some = generations.slice(from, from + PER_SCRIPT);
    calls.push([HINT_SLACK_MS, ...some.flatMap((one) => enqueueArguments(one))]);
  }
  const replies = await access.runMany("enqueue", calls);
  const fullCount = replies.filter((reply) => textAt(reply, 0) === "full").length;
  if (fullCount > 0) {
    const kind = fullCount === replies.length ? "refused" : "unknown";
    throw new JournalError(kind, REDIS_FULL);
  }
  return replies.flat().map((reply, index) => readStored(generations[index]?.id ?? "", reply));
}

/**
 * T17. Stores a retry, unless what it retries goes on by now. From then on a redrive leaves that one
 * alone. Idempotent on the id.
 *
 * @throws {JournalError} `not_reached` and `refused`: nothing is stored; `unknown`: it may be.
 */
export async function enqueueRetry(access: LaneAccess, retry: Retry): Promise<StoredRetry> {
  const args = [HINT_SLACK_MS, ...enqueueArguments(retry, retry.retryOf)];
  const [row = ""] = await access.run("enqueue", ...args);
  if (row === "full") throw new JournalError("refused", REDIS_FULL);
  if (typeof row === "string" || textAt(row, 0) !== "not_retryable") {
    return { kind: "stored", stored: readStored(retry.id, row) };
  }
  const status = textAt(row, 1) as Exclude<Status, "failed" | "canceled">;
  return { kind: "not_retryable", status };
}

const REDIS_FULL = "Redis has used more than 85 % of its maxmemory";

/** Few enough that no script holds others up for long, many enough to share what each costs. */
const PER_SCRIPT = 50;

function enqueueArguments(
  generation: NewGeneration,
  retryOf: string | null = null,
): (string | number)[] {
  const { options, estimate } = generation;
  return [
    ulidOf(generation.id),
    generation.model,
    PRIORITY_NUMBERS[generation.priority],
    estimate?.credits ?? "",
    estimate?.catalogDate ?? "",
    generation.deadlineMs ?? "",
    JSON.stringify({ model: generation.model, input: generation.input }),
    hasOptions(options) ? JSON.stringify(options) : "",
    options.userId === null ? "" : userIndex(options.tenant, options.userId),
    retryOf === null ? "" : ulidOf(retryOf),
    options.tenant === DEFAULT_TENANT ? "" : options.tenant,
    options.notifyUrl === null ? "" : options.notifyShape === "upstream" ? "u" : "1",
  ];
}

/** The tenant alone is not worth a key of its own when it is the default one. */
function hasOptions(options: StoredOptions): boolean {
  return (
    options.tenant !== DEFAULT_TENANT ||
    options.userId !== null ||
    options.metadata !== null ||
    options.notifyUrl !== null ||
    options.idempotencyKey !== null
  );
}

function readStored(id: string, row: Reply | string): Stored {
  const reply = typeof row === "string" ? [] : row;
  return {
    id,
    isNew: textAt(reply, 0) === "stored",
    createdAt: Number(textAt(reply, 1)),
    wake: Number(textAt(reply, 2)),
  };
}

/** Makes the lane known to whoever lists lanes. @throws {JournalError} */
export async function registerLane(redis: JournalConnection, lane: string): Promise<void> {
  await withJournalErrors(() => redis.sadd(LANES_KEY, lane));
}

/** @returns every lane that ever stored a generation. @throws {JournalError} */
export async function listLanes(redis: JournalConnection): Promise<string[]> {
  return (await withJournalErrors(() => redis.smembers(LANES_KEY))).toSorted();
}
