import { type ResultFile, ulidOf } from "@apidot-queue/core";

import { type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";
import type { Reply } from "./run-script.ts";

/** What a callback told. */
export interface CallbackNote {
  readonly id: string;
  /** The attempt that its address was made for. */
  readonly attempt: number;
  /** Of its body; not believed until a status call knows it. */
  readonly taskId: string;
}

/**
 * What a callback brought about. `candidate`: a look at a task that was not known, or was lost;
 * `poll_due`: the poll of the running task, now; `late_due`: a look at the task of a failure;
 * `nothing`: it was known; `full`: so many tasks of the generation are looked at that this one is not
 * kept; `unknown`: there is no such generation.
 */
export type NotedCallback = (typeof NOTED)[number];

const NOTED = ["candidate", "poll_due", "late_due", "nothing", "full", "unknown"] as const;

/** A task that is to be looked at, leased to the caller. */
export interface DueLook {
  readonly id: string;
  readonly taskId: string;
  /** How often the upstream did not know it. */
  readonly misses: number;
  /** The generation has failed: the task may still finish. */
  readonly isLate: boolean;
  /** Of the lane, when it was claimed. */
  readonly laneEpoch: number;
}

/** What a claim of looks brought. */
interface ClaimedLooks {
  readonly looks: readonly DueLook[];
  /** Milliseconds until the next look of the lane is due, or null when none is planned. */
  readonly nextDueMs: number | null;
}

/** What a status call said of a task that it knows. */
export type SeenTask =
  | { readonly kind: "running" | "failed" }
  | { readonly kind: "finished"; readonly files: readonly ResultFile[] };

/**
 * `bound`: the generation follows the task from now on; `extra`: it is one payment too many;
 * `late`: it made a success of a failure.
 */
export type ConfirmOutcome = VerbOutcome & {
  /** `known`: it was stored before, and is now known as that of an attempt in doubt. */
  readonly became: "bound" | "extra" | "late" | "known" | null;
};

/** The verbs of callbacks, and of looks at tasks that no poll follows. */
export interface CallbackVerbs {
  /**
   * Stores that a task has something to tell. A callback is a hint: nothing is decided by it, and at
   * most 16 tasks of one generation are looked at, each at most every 2 s. @throws {JournalError}
   */
  noteCallback(note: CallbackNote): Promise<NotedCallback>;
  /** Takes at most `limit` due looks and leases them for `leaseMs`. @throws {JournalError} */
  claimLooks(limit: number, leaseMs: number): Promise<ClaimedLooks>;
  /**
   * T9, T9a, T4a: a status call knows the task.
   *
   * @param deadlineMs - how long it may run, where the caller of the generation did not say
   * @param nextLookMs - until the next look at a task of a failure that has not ended
   * @throws {JournalError}
   */
  confirm(
    look: Pick<DueLook, "id" | "taskId">,
    seen: SeenTask,
    deadlineMs: number,
    nextLookMs: number,
  ): Promise<ConfirmOutcome>;
  /**
   * The look told nothing; the next one follows after `nextLookMs`. Five denials over two minutes
   * end it. @throws {JournalError}
   */
  missLook(
    look: Pick<DueLook, "id" | "taskId">,
    why: "not_found" | "unavailable",
    nextLookMs: number,
  ): Promise<"kept" | "dropped">;
}

/** Callbacks bring a look about no more often than this. Milliseconds. */
const BETWEEN_LOOKS_MS = 2_000;
const MISSES_THAT_END = 5;
const MISSED_FOR_MS = 120_000;

/** @returns the verbs of callbacks for one lane. */
export function callbackVerbs(access: LaneAccess): CallbackVerbs {
  return {
    noteCallback: async ({ id, attempt, taskId }) => {
      const reply = await access.run(
        "note-callback",
        ulidOf(id),
        attempt,
        taskId,
        BETWEEN_LOOKS_MS,
      );
      const word = textAt(reply, 0);
      return NOTED.find((known) => known === word) ?? "nothing";
    },
    claimLooks: async (limit, leaseMs) =>
      readLooks(access.lane, await access.run("claim-looks", limit, leaseMs)),
    confirm: async ({ id, taskId }, seen, deadlineMs, nextLookMs) => {
      const files = seen.kind === "finished" ? JSON.stringify(seen.files) : "";
      const args = [taskId, seen.kind, files, deadlineMs, nextLookMs];
      const reply = await access.run("confirm", ulidOf(id), ...args);
      const outcome = readOutcome(reply);
      const became = outcome.kind === "changed" ? textAt(reply, 2) : null;
      return { ...outcome, became: became as ConfirmOutcome["became"] };
    },
    missLook: async ({ id, taskId }, why, nextLookMs) => {
      const limits = [MISSES_THAT_END, MISSED_FOR_MS];
      const reply = await access.run("miss-look", ulidOf(id), taskId, why, nextLookMs, ...limits);
      return textAt(reply, 0) === "kept" ? "kept" : "dropped";
    },
  };
}

function readLooks(lane: string, reply: Reply): ClaimedLooks {
  const nextDueMs = textAt(reply, 1);
  const laneEpoch = Number(textAt(reply, 2));
  const rows = reply.slice(3).flatMap((row) => (typeof row === "string" ? [] : [row]));
  return {
    nextDueMs: nextDueMs === "" ? null : Number(nextDueMs),
    looks: rows.map((row) => ({
      id: `${lane}_${textAt(row, 0)}`,
      taskId: textAt(row, 1),
      misses: Number(textAt(row, 2)),
      isLate: textAt(row, 3) === "1",
      laneEpoch,
    })),
  };
}
