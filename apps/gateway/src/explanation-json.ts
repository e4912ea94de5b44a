import type { FlightPolls, FlightRecord } from "@apidot-queue/core";

import type { ExplanationJson } from "./schemas/explain-schema.ts";

/** The flight record on the wire: snake_case, times ISO 8601 UTC, the keys in this order. */
export function explanationJson(record: FlightRecord): ExplanationJson {
  const { money, awaited } = record;
  return {
    id: record.id,
    lane: record.lane,
    model: record.model,
    status: record.status,
    code: record.code,
    message: record.message,
    created_at: iso(record.createdAt),
    explained_at: iso(record.explainedAt),
    retry_of: record.retryOf,
    summary: record.summary,
    steps: record.steps.map(({ at, rule, event, attempt, from, to, cause, reason }) => ({
      at: iso(at),
      rule,
      event,
      attempt,
      from,
      to,
      cause,
      reason,
    })),
    submits: record.submits.map((submit) => ({
      attempt: submit.attempt,
      begun_at: iso(submit.begunAt),
      ended_at: isoOrNull(submit.endedAt),
      duration_ms: submit.durationMs,
      phase: submit.phase,
      outcome: submit.outcome,
      http_status: submit.httpStatus,
      detail: submit.detail,
      task_id: submit.taskId,
      may_be_paid: submit.mayBePaid,
    })),
    polls: record.polls === null ? null : pollsJson(record.polls),
    money: {
      estimated_credits: money.estimatedCredits,
      catalog_date: money.catalogDate,
      may_be_paid: money.mayBePaidCount,
      attempts: [...money.attempts],
      extra_task_ids: [...money.extraTaskIds],
      at_most_credits: money.atMostCredits,
      words: money.words,
    },
    awaited: awaited === null ? null : { ...awaited, until: isoOrNull(awaited.until) },
    actions: record.actions.map(({ command, words, mayPayAgain }) => ({
      command,
      words,
      may_pay_again: mayPayAgain,
    })),
  };
}

function pollsJson(polls: FlightPolls): ExplanationJson["polls"] {
  const { doubt } = polls;
  return {
    open: polls.openCount,
    failed_in_a_row: polls.failedInARowCount,
    doubt: doubt === null ? null : { ...doubt, since: iso(doubt.since) },
    progress: polls.progress,
    next_at: isoOrNull(polls.nextAt),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
