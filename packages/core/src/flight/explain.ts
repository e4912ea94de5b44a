import { ERROR_CODES, type ErrorCode } from "../errors/error-code.ts";
import { type Generation, taskOf } from "../lifecycle/generation.ts";
import { actionsOf } from "./actions.ts";
import { awaitedOf } from "./awaited.ts";
import type { FlightFacts, FlightPolls, FlightRecord, LaneObstacle } from "./flight-record.ts";
import { moneyOf } from "./money.ts";
import { stepsOf } from "./steps.ts";
import { submitsOf } from "./submits.ts";

/**
 * Explains one generation: what happened and by which rule, each submit, the money, what is awaited
 * and what a person can do. Pure and total: a history that does not replay is told as far as it goes.
 *
 * @param lane - what keeps the lane from beginning attempts; null when it is open or nobody asked
 */
export function explain(facts: FlightFacts, lane: LaneObstacle | null = null): FlightRecord {
  const { generation, message, retryOf } = facts.stored;
  const submits = submitsOf(facts);
  const money = moneyOf(facts, submits);
  const code = codeOf(generation);
  return {
    id: generation.id,
    lane: generation.lane,
    model: generation.model,
    status: generation.status,
    code,
    message: message === null ? null : withoutAddresses(message),
    createdAt: generation.createdAt,
    explainedAt: facts.now,
    retryOf,
    summary: summaryOf(generation, code),
    steps: stepsOf(facts),
    submits,
    polls: pollsOf(facts),
    money,
    awaited: awaitedOf(facts, lane),
    actions: actionsOf(facts, money.mayBePaidCount, lane),
  };
}

function codeOf(generation: Generation): ErrorCode | null {
  return generation.status === "held" || generation.status === "failed" ? generation.reason : null;
}

function summaryOf(generation: Generation, code: ErrorCode | null): string {
  const why = code === null ? "" : ` ${ERROR_CODES[code].meaning}`;
  const cancel = generation.cancelRequestedAt === null ? "" : " A cancel was asked for.";
  switch (generation.status) {
    case "queued":
      return "It waits for a submit worker.";
    case "submitting":
      return `Attempt ${generation.attempt} is under way.${cancel}`;
    case "unconfirmed":
      return `Attempt ${generation.attempt} was sent and may have been accepted.${cancel}`;
    case "held":
      return `It is held.${why}`;
    case "running":
      return `The upstream works on task ${generation.task.taskId}.${cancel}`;
    case "succeeded":
      return "It succeeded, and its files are stored.";
    case "failed":
      return `It failed.${why}${cancel}`;
    case "canceled":
      return "It was canceled.";
  }
}

function pollsOf({ stored, lookAt }: FlightFacts): FlightPolls | null {
  const { generation, polls } = stored;
  if (taskOf(generation) === null) return null;
  return {
    openCount: polls.pollCount,
    failedInARowCount: polls.errorCount,
    doubt: polls.doubt,
    progress: polls.progress,
    nextAt: generation.status === "running" ? lookAt : null,
  };
}

/** A message is redacted before it is stored; an address must not pass even where that failed. */
function withoutAddresses(message: string): string {
  return message.replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "[address]");
}
