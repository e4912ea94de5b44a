import {
  DEFAULT_TENANT,
  type Generation,
  type HistoryEntry,
  type PollFacts,
  type ResultFile,
  ulidOf,
} from "@apidot-queue/core";

import type { StoredOptions } from "./enqueue.ts";
import { readHistory } from "./history.ts";
import { toJournalError } from "./journal-error.ts";
import type { LaneAccess } from "./lane-access.ts";
import { readGeneration, readPollFacts, type RecordHash } from "./record-fields.ts";

/** Everything that the journal knows of one generation, read at one moment. */
export interface StoredGeneration {
  readonly generation: Generation;
  readonly request: { readonly model: string; readonly input: Readonly<Record<string, unknown>> };
  readonly options: StoredOptions;
  readonly estimate: { readonly credits: number; readonly catalogDate: string } | null;
  /** When the task was stored; kept after the end. */
  readonly submittedAt: number | null;
  readonly deadlineAt: number | null;
  /** From submitted, as the caller set it; null for the worker's own. Milliseconds. */
  readonly deadlineMs: number | null;
  readonly polls: PollFacts;
  /** Whether the bound task failed upstream, whatever became of the generation. */
  readonly isTaskFailed: boolean;
  readonly files: readonly ResultFile[];
  /** What the upstream said about a failure, redacted; null when it said nothing. */
  readonly message: string | null;
  /** The id of the generation that this one retries. */
  readonly retryOf: string | null;
}

const NO_OPTIONS: StoredOptions = {
  tenant: DEFAULT_TENANT,
  userId: null,
  metadata: null,
  notifyUrl: null,
  idempotencyKey: null,
};

/** The keys of one generation as Redis holds them; null for what is absent. */
export interface StoredParts {
  readonly record: RecordHash;
  readonly request: string | null;
  readonly options: string | null;
  readonly files: string | null;
  readonly message: string | null;
}

/** @returns the generation, or null when the lane does not know it. @throws {JournalError} */
export async function readStored(access: LaneAccess, id: string): Promise<StoredGeneration | null> {
  const key = (kind: string): string => `${access.prefix}:${kind}:${ulidOf(id)}`;
  const [hash, request, options, files, message] = await atomically(access, (multi) =>
    multi.hgetall(key("g")).get(key("r")).get(key("o")).get(key("f")).get(key("e")),
  );
  const record = hash as RecordHash;
  if (record["s"] === undefined) return null;
  return toStored(id, access.lane, {
    record,
    request: textOrNull(request),
    options: textOrNull(options),
    files: textOrNull(files),
    message: textOrNull(message),
  });
}

/** Puts together what is known of one generation. */
export function toStored(id: string, lane: string, parts: StoredParts): StoredGeneration {
  const { record } = parts;
  return {
    generation: readGeneration(id, lane, record),
    request: parsed(parts.request, { model: record["m"] ?? "", input: {} }),
    options: parsed(parts.options, NO_OPTIONS),
    estimate:
      record["cr"] === undefined
        ? null
        : { credits: Number(record["cr"]), catalogDate: record["cd"] ?? "" },
    submittedAt: optionalNumber(record["ts"]),
    deadlineAt: optionalNumber(record["da"]),
    deadlineMs: optionalNumber(record["dl"]),
    polls: readPollFacts({
      polls: record["pc"] ?? "0",
      errors: record["pe"] ?? "0",
      doubt: record["pd"] ?? "",
      progress: record["pg"] ?? "",
    }),
    isTaskFailed: record["te"] !== undefined || record["r"] === "generation_failed",
    files: parsed<readonly ResultFile[]>(parts.files, []),
    message: parts.message,
    retryOf: record["ro"] === undefined ? null : `${lane}_${record["ro"]}`,
  };
}

/** @returns the history, oldest first; empty for an unknown generation. @throws {JournalError} */
export async function readStoredHistory(access: LaneAccess, id: string): Promise<HistoryEntry[]> {
  const key = (kind: string): string => `${access.prefix}:${kind}:${ulidOf(id)}`;
  const [hash, older] = await atomically(access, (multi) =>
    multi.hgetall(key("g")).lrange(key("h"), 0, -1),
  );
  return readHistory(hash as RecordHash, older as string[]);
}

type Multi = ReturnType<LaneAccess["redis"]["multi"]>;

/** Reads several keys of one generation as of one moment. */
async function atomically(access: LaneAccess, read: (multi: Multi) => Multi): Promise<unknown[]> {
  try {
    const answers = (await read(access.redis.multi()).exec()) ?? [];
    return answers.map(([error, value]) => {
      if (error !== null) throw error;
      return value;
    });
  } catch (error) {
    throw toJournalError(error);
  }
}

function parsed<T>(text: string | null, otherwise: T): T {
  return text === null ? otherwise : (JSON.parse(text) as T);
}

function textOrNull(reply: unknown): string | null {
  return typeof reply === "string" ? reply : null;
}

function optionalNumber(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
