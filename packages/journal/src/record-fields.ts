import {
  isErrorCode,
  PRIORITY_NUMBERS,
  type AttemptRef,
  type Generation,
  type GenerationFacts,
  type HeldReason,
  type FailedReason,
  type PollFacts,
  type Priority,
  type Status,
} from "@apidot-queue/core";

/**
 * The fields of a generation's hash. Short, because a lane may hold millions of records; each value
 * stays under 64 bytes, so that Redis keeps the whole record in one compact block.
 */
const RECORD_FIELDS = {
  s: "status",
  v: "version",
  a: "attempt: how many were begun",
  f: "fence of the current attempt",
  w: "wake: how many wake-up hints were decided on",
  m: "model",
  p: "priority: 1 high, 3 low; absent is normal",
  c: "created at",
  t: "number of the bound task id (k<t>)",
  ts: "submitted at",
  tl: "1 when a look or a person bound the task: when it was submitted is not known",
  te: "1 when the task failed, and status and reason do not say so",
  dl: "deadline in ms, when the caller set one",
  da: "deadline at",
  sd: "send deadline of the current attempt",
  ge: "grace end",
  y: "1 when the last attempt was begun under `hold`",
  cq: "1 when the last attempt asked for a callback",
  cb: "the upstream first called back at",
  cl: "a callback last brought a poll or a look about at",
  gz: "ms that had not counted when send deadline or grace end was set, when not 0",
  wa: "wake at",
  ha: "held at",
  sa: "settled at",
  r: "reason of held or failed",
  u: "unresolved attempts, `<attempt>.<fence>,…`",
  n: "settlement, when it is not the first",
  x: "cancel requested at",
  e: "last refusal or loss",
  rc: "how many of that code in a row",
  pc: "polls that said not finished",
  pe: "failed polls in a row",
  pd: "doubt about the task, `<kind>,<count>,<since>`",
  pg: "progress, 0–100",
  ro: "the generation that this one retries",
  cr: "estimated credits",
  cd: "date of the catalog behind the estimate",
  qa: "sent again at, by a person: the submit deadline counts from then",
  le: "epoch of the lane when the last attempt began, when it was not 0",
  pb: "1 when the last attempt was a probe of a halted lane",
  nu: "1 when its caller is to be notified, u when in the upstream's words",
  tn: "tenant, when it is not the default one",
  hz: "ms that the lane had been halted when it was created or sent again, when not 0",
  pz: "ms that polls had been refused when it was submitted, when not 0",
  sl: "attempts whose holder fell silent, `<attempt>.<ms since created>,…`",
  hn: "lines of history",
  hs: "lines of history that moved to the list",
} as const;

/** A record as Redis returns it; `k1…` task ids and `h1…` history lines besides the named ones. */
export type RecordHash = Readonly<Record<string, string>>;

/** @returns the priority that a stored number stands for; absent is normal. */
export function priorityOf(stored: string | undefined): Priority {
  const isStored = ([, value]: [string, number]): boolean => String(value) === stored;
  return (Object.entries(PRIORITY_NUMBERS).find(isStored)?.[0] ?? "normal") as Priority;
}

/** Reads the lifecycle part of a record. */
export function readGeneration(id: string, lane: string, hash: RecordHash): Generation {
  const status = hash["s"] as Status;
  const facts = readFacts(id, lane, hash);
  const task = readTask(hash);
  switch (status) {
    case "queued":
      return { ...facts, status, wakeAt: number(hash, "wa") };
    case "submitting":
      return { ...facts, status, fence: text(hash, "f"), sendDeadlineAt: number(hash, "sd") };
    case "unconfirmed":
      return { ...facts, status, fence: text(hash, "f"), graceEndAt: number(hash, "ge") };
    case "held":
      return {
        ...facts,
        status,
        reason: text(hash, "r") as HeldReason,
        heldAt: number(hash, "ha"),
        task,
      };
    case "running":
      return { ...facts, status, task: bound(id, task), deadlineAt: number(hash, "da") };
    case "succeeded":
      return { ...facts, status, task: bound(id, task), settledAt: number(hash, "sa") };
    case "failed":
      return {
        ...facts,
        status,
        reason: text(hash, "r") as FailedReason,
        task,
        settledAt: number(hash, "sa"),
      };
    case "canceled":
      return { ...facts, status, task, settledAt: number(hash, "sa") };
  }
}

/** Reads what the polls of the bound task remember. */
export function readPollFacts(fields: {
  readonly polls: string;
  readonly errors: string;
  readonly doubt: string;
  readonly progress: string;
}): PollFacts {
  const [kind, count, since] = fields.doubt.split(",");
  return {
    pollCount: Number(fields.polls),
    errorCount: Number(fields.errors),
    doubt:
      kind === "not_found" || kind === "rejected" || kind === "denied"
        ? { kind, count: Number(count), since: Number(since) }
        : null,
    progress: fields.progress === "" ? null : Number(fields.progress),
  };
}

function readFacts(id: string, lane: string, hash: RecordHash): GenerationFacts {
  const lastError = hash["e"];
  return {
    id,
    lane,
    model: text(hash, "m"),
    priority: priorityOf(hash["p"]),
    createdAt: number(hash, "c"),
    version: number(hash, "v"),
    attempt: number(hash, "a"),
    unresolved: readAttempts(hash["u"]),
    settlement: Number(hash["n"] ?? 1),
    cancelRequestedAt: hash["x"] === undefined ? null : Number(hash["x"]),
    extraTaskIds: taskIds(hash).filter((_, index) => String(index + 1) !== hash["t"]),
    lastError: lastError !== undefined && isErrorCode(lastError) ? lastError : null,
    refusalCount: Number(hash["rc"] ?? 0),
  };
}

function readAttempts(stored: string | undefined): readonly AttemptRef[] {
  if (stored === undefined) return [];
  return stored.split(",").map((item) => {
    const [attempt = "", fence = ""] = item.split(".");
    return { attempt: Number(attempt), fence };
  });
}

function taskIds(hash: RecordHash): string[] {
  const ids: string[] = [];
  for (let n = 1; ; n++) {
    const id = hash[`k${n}`];
    if (id === undefined) return ids;
    ids.push(id);
  }
}

function readTask(hash: RecordHash): { taskId: string; submittedAt: number } | null {
  const taskId = hash[`k${hash["t"] ?? ""}`];
  return taskId === undefined ? null : { taskId, submittedAt: number(hash, "ts") };
}

function bound<T>(id: string, task: T | null): T {
  if (task === null) throw new Error(`[record_broken] no task is stored for ${id}`);
  return task;
}

function text(hash: RecordHash, field: keyof typeof RECORD_FIELDS): string {
  const value = hash[field];
  if (value === undefined) throw new Error(`[record_broken] field ${field} is missing`);
  return value;
}

function number(hash: RecordHash, field: keyof typeof RECORD_FIELDS): number {
  return Number(text(hash, field));
}
