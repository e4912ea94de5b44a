import type { ConfirmOutcome, DueLook, Journal, SeenTask } from "@apidot-queue/journal";
import type { StatusReport, Upstream } from "@apidot-queue/upstream";

import { haltIfDenied, type LaneRefusal } from "./halt-if-denied.ts";

/** What looks are done with. */
export interface LookParts extends LaneRefusal {
  readonly journal: Journal;
  readonly upstream: Pick<Upstream, "status" | "account">;
  /** How long a task may run that a look binds, where its caller did not say; milliseconds. */
  readonly generationDeadlineMs: number;
  readonly observer: LookObserver;
}

/** What a look tells metrics and logs; it decides nothing. */
export interface LookObserver {
  /** The upstream knows the task. */
  confirmed(look: DueLook, report: StatusReport, outcome: ConfirmOutcome): void;
  /** It does not, or did not say. */
  missed(look: DueLook, report: StatusReport, left: "kept" | "dropped"): void;
  /** The status call was refused for the account's sake, and halted the lane. */
  halted(reason: string): void;
}

/** Between looks at a task that the upstream does not know yet: soon at first, five in two minutes. */
const UNKNOWN_TASK_PAUSES_MS = [2_000, 8_000, 30_000, 40_000];
const LONGEST_UNKNOWN_PAUSE_MS = 40_000;
/** Between looks when the upstream does not say. */
const UNAVAILABLE_PAUSE_MS = 10_000;
/** Between looks at the task of a generation that has failed. */
const LATE_LOOK_PAUSE_MS = 3_600_000;

/**
 * Looks at one task that no poll follows: one that a callback named, or that may finish after its
 * generation has failed. What the upstream answers to this call, with the key of the lane, is
 * believed; what the callback said is not.
 *
 * @returns milliseconds until the next look at it, or null when there is none or nobody knows here
 */
export async function lookAtTask(look: DueLook, parts: LookParts): Promise<number | null> {
  const { journal, upstream, generationDeadlineMs, observer } = parts;
  const report = await upstream.status(look.taskId);
  const seen = seenIn(report);
  if (seen !== null) {
    const confirmed = await journal.confirm(look, seen, generationDeadlineMs, LATE_LOOK_PAUSE_MS);
    observer.confirmed(look, report, confirmed);
    return null;
  }
  // A 403 may be meant for the task alone, and whoever learns an address of ours may name any.
  if (!isForbidden(report)) await haltIfDenied(report.outcome, look.laneEpoch, parts);
  // A call that is rejected says nothing of the task.
  const isUnknown = report.outcome.kind === "not_found";
  const pauseMs = pauseAfter(look, isUnknown);
  const why = isUnknown ? "not_found" : "unavailable";
  const left = await journal.missLook(look, why, pauseMs);
  observer.missed(look, report, left);
  return left === "kept" ? pauseMs : null;
}

/** @returns what the upstream says of the task, or null when it does not know it or did not say */
function seenIn({ outcome }: StatusReport): SeenTask | null {
  switch (outcome.kind) {
    case "running":
    case "failed":
      return { kind: outcome.kind };
    case "finished":
      return { kind: outcome.kind, files: outcome.files };
    case "unavailable":
      // The task exists and is paid for: who follows it waits for its files, up to its deadline.
      return outcome.detail === "finished_without_files" ? { kind: "running" } : null;
    case "not_found":
    case "rejected":
    case "denied":
    case "throttled":
      return null;
  }
}

function isForbidden({ outcome }: StatusReport): boolean {
  return outcome.kind === "denied" && outcome.httpStatus === 403;
}

function pauseAfter({ misses, isLate }: DueLook, isUnknown: boolean): number {
  if (isLate) return LATE_LOOK_PAUSE_MS;
  if (!isUnknown) return UNAVAILABLE_PAUSE_MS;
  return UNKNOWN_TASK_PAUSES_MS[misses] ?? LONGEST_UNKNOWN_PAUSE_MS;
}
