import type { GenerationRecord } from "@apidot-queue/producer";

import type { RecordJson } from "./schemas/record-schema.ts";

/** The record on the wire: snake_case, times ISO 8601 UTC, the keys in this order. */
export function recordJson(record: GenerationRecord): RecordJson {
  return {
    id: record.id,
    lane: record.lane,
    status: record.status,
    model: record.model,
    input: record.input,
    user_id: record.userId,
    metadata: record.metadata,
    priority: record.priority,
    created_at: record.createdAt.toISOString(),
    submitted_at: iso(record.submittedAt),
    settled_at: iso(record.settledAt),
    deadline_at: iso(record.deadlineAt),
    attempts: record.attempts,
    settlement: record.settlement,
    cancel_requested_at: iso(record.cancelRequestedAt),
    retry_of: record.retryOf,
    task: record.task,
    extra_task_ids: [...record.extraTaskIds],
    files: [...record.files],
    error: record.error,
    credits: {
      estimated: record.credits.estimated,
      catalog_date: record.credits.catalogDate,
    },
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
