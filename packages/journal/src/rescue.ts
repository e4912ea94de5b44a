import { type Priority, ulidOf } from "@apidot-queue/core";

import type { AttemptOf } from "./attempts.ts";
import { withJournalErrors } from "./journal-error.ts";
import { type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";
import { priorityOf } from "./record-fields.ts";

/** A generation that somebody should have moved by now. */
export interface Overdue {
  readonly id: string;
  /** The last attempt; its fence is empty when none is under way. */
  readonly attempt: AttemptOf;
  readonly wake: number;
  readonly priority: Priority;
  readonly unresolvedCount: number;
  /** Milliseconds since it was created. */
  readonly ageMs: number;
}

/** What a tick of a rescuer found. */
export interface Tick {
  /** Whether the round is the caller's. */
  readonly isTaken: boolean;
  /** For how long no worker could work, when this tick was the first one after it; else 0. */
  readonly outageMs: number;
}

/** The verbs of the rescuer. */
export interface RescueVerbs {
  /** The longest overdue generations of a status, at most `limit`. @throws {JournalError} */
  listOverdue(status: "queued" | "submitting" | "unconfirmed", limit: number): Promise<Overdue[]>;
  /**
   * Decides on new wake-up hints, for each one; `null` when the generation moved meanwhile.
   * @throws {JournalError}
   */
  wake(overdue: readonly Overdue[], lookAgainMs: number): Promise<(number | null)[]>;
  /** Their hints are still there: only look again later. @throws {JournalError} */
  keepHints(overdue: readonly Overdue[], lookAgainMs: number): Promise<void>;
  /**
   * A tick: adds an outage that just ended to all send deadlines and graces, and takes the lane's
   * rescue round for `holdMs`, unless another process has it. The lock is never freed, only
   * shortened: a holder that dies delays the next round by no more than `holdMs`.
   * @throws {JournalError}
   */
  takeRound(holdMs: number): Promise<Tick>;
  /** The round is over: the next one may begin after `pauseMs`. @throws {JournalError} */
  endRound(pauseMs: number): Promise<void>;
  /** T2a, when nobody began it. @throws {JournalError} */
  expire(id: string, submitDeadlineMs: number): Promise<VerbOutcome>;
}

/** @returns the verbs of the rescuer for one lane. */
export function rescueVerbs(access: LaneAccess): RescueVerbs {
  const roundKey = `${access.prefix}:rescue-round`;
  return {
    listOverdue: async (status, limit) => {
      const rows = await access.run("list-due", status, limit);
      return rows.flatMap((row) => {
        if (typeof row === "string") return [];
        const id = `${access.lane}_${textAt(row, 0)}`;
        return [
          {
            id,
            attempt: { id, attempt: Number(textAt(row, 1)), fence: textAt(row, 2) },
            wake: Number(textAt(row, 3)),
            priority: priorityOf(textAt(row, 4)),
            unresolvedCount: Number(textAt(row, 5)),
            ageMs: Number(textAt(row, 6)),
          },
        ];
      });
    },
    wake: async (overdue, lookAgainMs) => {
      const calls = overdue.map(({ id, wake }) => [ulidOf(id), wake, lookAgainMs]);
      return (await access.runMany("wake", calls)).map((reply) =>
        readOutcome(reply).kind === "changed" ? Number(textAt(reply, 2)) : null,
      );
    },
    keepHints: async (overdue, lookAgainMs) => {
      if (overdue.length === 0) return;
      const pairs = overdue.flatMap(({ id, wake }) => [ulidOf(id), wake]);
      await access.run("keep-hints", lookAgainMs, ...pairs);
    },
    takeRound: async (holdMs) => {
      const reply = await access.run("take-round", holdMs);
      return { isTaken: textAt(reply, 0) === "taken", outageMs: Number(textAt(reply, 1)) };
    },
    endRound: (pauseMs) =>
      withJournalErrors(async () => {
        await access.redis.pexpire(roundKey, pauseMs);
      }),
    expire: async (id, submitDeadlineMs) =>
      readOutcome(await access.run("expire", ulidOf(id), submitDeadlineMs)),
  };
}
