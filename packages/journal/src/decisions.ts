import { type Priority, ulidOf } from "@apidot-queue/core";

import { withJournalErrors } from "./journal-error.ts";
import { HINT_SLACK_MS, type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";
import { priorityOf } from "./record-fields.ts";

/** A task that a person knows of, from the upstream's own pages for example. */
export interface KnownTask {
  readonly taskId: string;
  /** The unresolved attempt that made it, or null when nobody knows. */
  readonly attempt: number | null;
}

/** What became of a resubmit. */
export type ResubmitOutcome =
  | {
      readonly kind: "changed";
      readonly status: "queued";
      /** The hint that is now due. */
      readonly hint: {
        readonly id: string;
        readonly wake: number;
        readonly attempt: number;
        readonly priority: Priority;
      };
      /** How many submits of it may have been paid by now. */
      readonly mayHavePaidCount: number;
    }
  | Extract<VerbOutcome, { readonly kind: "ignored" }>;

/**
 * T14: what a person decides about held generations. Each takes a reason, at most 500 characters,
 * which is kept with the generation and told by nothing but its explanation. Nothing but a held
 * generation is changed: repeated, they are ignored.
 */
export interface DecisionVerbs {
  /**
   * Binds a task; its first poll is due at once. Ignored as `task_taken` when another generation
   * has the task, as `not_applicable` when the attempt that is named is not unresolved.
   *
   * @param deadlineMs - from now on, unless the caller set one
   * @throws {JournalError}
   */
  attach(id: string, task: KnownTask, deadlineMs: number, reason: string): Promise<VerbOutcome>;
  /**
   * Sends them again. Each is one atomic change, all are two round trips.
   * @throws {JournalError} `unknown`: some of them may be changed.
   */
  resubmit(ids: readonly string[], reason: string): Promise<ResubmitOutcome[]>;
  /** Gives them up. @throws {JournalError} `unknown`: some of them may be changed. */
  abandon(ids: readonly string[], reason: string): Promise<VerbOutcome[]>;
  /** The ids of held generations, at most `limit`, the longest held first. @throws {JournalError} */
  listHeld(limit: number): Promise<string[]>;
  /** How many are held. @throws {JournalError} */
  countHeld(): Promise<number>;
}

/** @returns the verbs of a person's decisions for one lane. */
export function decisionVerbs(access: LaneAccess): DecisionVerbs {
  const heldKey = `${access.prefix}:x:held`;
  return {
    attach: async (id, { taskId, attempt }, deadlineMs, reason) =>
      readOutcome(
        await access.run("attach", ulidOf(id), taskId, attempt ?? "", deadlineMs, reason),
      ),
    resubmit: async (ids, reason) => {
      const calls = ids.map((id) => [ulidOf(id), HINT_SLACK_MS, reason]);
      const replies = await access.runMany("resubmit", calls);
      return replies.map((reply, index): ResubmitOutcome => {
        const outcome = readOutcome(reply);
        if (outcome.kind === "ignored") return outcome;
        return {
          kind: "changed",
          status: "queued",
          hint: {
            id: ids[index] ?? "",
            wake: Number(textAt(reply, 2)),
            attempt: Number(textAt(reply, 3)),
            priority: priorityOf(textAt(reply, 4)),
          },
          mayHavePaidCount: Number(textAt(reply, 5)),
        };
      });
    },
    abandon: async (ids, reason) => {
      const calls = ids.map((id) => [ulidOf(id), reason]);
      return (await access.runMany("abandon", calls)).map(readOutcome);
    },
    listHeld: (limit) =>
      withJournalErrors(async () => {
        const ulids = await access.redis.zrange(heldKey, 0, String(limit - 1));
        return ulids.map((ulid) => `${access.lane}_${ulid}`);
      }),
    countHeld: () => withJournalErrors(() => access.redis.zcard(heldKey)),
  };
}
