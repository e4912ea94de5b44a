import { type PollFacts, type ResultFile, ulidOf } from "@apidot-queue/core";

import { type LaneAccess, textAt } from "./lane-access.ts";
import { readOutcome, type VerbOutcome } from "./outcome.ts";
import { readPollFacts } from "./record-fields.ts";
import type { Reply } from "./run-script.ts";

/** A poll that is due and leased to the caller. Times in milliseconds of the journal's clock. */
export interface DuePoll {
  readonly id: string;
  readonly taskId: string;
  readonly model: string;
  readonly dueAt: number;
  readonly claimedAt: number;
  readonly submittedAt: number;
  /** Later than the record's, by as long as polls were refused since it was submitted. */
  readonly deadlineAt: number;
  readonly facts: PollFacts;
  /** Of the lane, when it was claimed: a refusal of an older epoch halts nothing. */
  readonly laneEpoch: number;
  /** Whether the upstream refused the lane's polls by then: an answer lets them go on. */
  readonly isLaneRefused: boolean;
}

/** What a claim brought. */
export interface ClaimedPolls {
  readonly polls: readonly DuePoll[];
  /** Milliseconds until the next poll of the lane is due, or null when none is running. */
  readonly nextDueMs: number | null;
}

/** How a running generation ended. */
export type TaskEnd =
  | { readonly event: "finished"; readonly files: readonly ResultFile[] }
  | { readonly event: "task_failed"; readonly message: string | null }
  | { readonly event: "timed_out" };

/** `sinceSubmittedMs`, `sinceCreatedMs`: how long it took, when it settled. */
export type SettleOutcome = VerbOutcome & {
  readonly sinceSubmittedMs: number;
  readonly sinceCreatedMs: number;
};

/** How often one poll goes through while the lane's key is refused. Milliseconds. */
export const POLL_PROBE_MS = 60_000;

/** The verbs of polls: the index of running generations is the schedule itself. */
export interface PollVerbs {
  /**
   * Takes at most `limit` due polls and leases them for `leaseMs`: whoever dies with them loses
   * them to another worker after that. While the lane's key is refused, one goes through every
   * `probeMs`. @throws {JournalError}
   */
  claimPolls(limit: number, leaseMs: number, probeMs?: number): Promise<ClaimedPolls>;
  /** Not over: the next poll is due after `delayMs`. @throws {JournalError} */
  snoozePoll(poll: DuePoll, delayMs: number, facts: PollFacts): Promise<VerbOutcome>;
  /** T12, T13a. @throws {JournalError} */
  settle(poll: DuePoll, end: TaskEnd): Promise<SettleOutcome>;
  /** T13, T13b. @throws {JournalError} */
  hold(poll: DuePoll, reason: "task_not_found" | "status_rejected"): Promise<VerbOutcome>;
}

/** @returns the verbs of polls for one lane. */
export function pollVerbs(access: LaneAccess): PollVerbs {
  return {
    claimPolls: async (limit, leaseMs, probeMs = POLL_PROBE_MS) =>
      readClaim(access.lane, await access.run("claim-polls", limit, leaseMs, probeMs)),
    snoozePoll: async (poll, delayMs, facts) => {
      const doubt = facts.doubt;
      const reply = await access.run(
        "snooze-poll",
        ulidOf(poll.id),
        poll.taskId,
        delayMs,
        facts.pollCount,
        facts.errorCount,
        doubt === null ? "" : `${doubt.kind},${doubt.count},${doubt.since}`,
        facts.progress ?? "",
      );
      return readOutcome(reply);
    },
    settle: async (poll, end) => {
      const detail =
        end.event === "finished"
          ? JSON.stringify(end.files)
          : end.event === "task_failed"
            ? (end.message ?? "")
            : "";
      const reply = await access.run("settle", ulidOf(poll.id), poll.taskId, end.event, detail);
      return {
        ...readOutcome(reply),
        sinceSubmittedMs: Number(textAt(reply, 2)),
        sinceCreatedMs: Number(textAt(reply, 3)),
      };
    },
    hold: async (poll, reason) =>
      readOutcome(await access.run("hold", ulidOf(poll.id), poll.taskId, reason)),
  };
}

function readClaim(lane: string, reply: Reply): ClaimedPolls {
  const claimedAt = Number(textAt(reply, 0));
  const nextDueMs = textAt(reply, 1);
  const laneEpoch = Number(textAt(reply, 2));
  const isLaneRefused = textAt(reply, 3) === "1";
  const polls = reply.slice(4).flatMap((row) => (typeof row === "string" ? [] : [row]));
  return {
    nextDueMs: nextDueMs === "" ? null : Number(nextDueMs),
    polls: polls.map((row) => ({
      id: `${lane}_${textAt(row, 0)}`,
      claimedAt,
      laneEpoch,
      isLaneRefused,
      dueAt: Number(textAt(row, 1)),
      taskId: textAt(row, 2),
      model: textAt(row, 3),
      submittedAt: Number(textAt(row, 4)),
      deadlineAt: Number(textAt(row, 5)),
      facts: readPollFacts({
        polls: textAt(row, 6),
        errors: textAt(row, 7),
        doubt: textAt(row, 8),
        progress: textAt(row, 9),
      }),
    })),
  };
}
