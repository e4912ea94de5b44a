import type { GenerationRecord } from "./generation-record.ts";

/** A record as it stands on the wire, in answers and notifications: snake_case, ISO 8601 UTC. */
export interface WireRecord {
  readonly id: string;
  readonly lane: string;
  readonly status: GenerationRecord["status"];
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly user_id: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly priority: GenerationRecord["priority"];
  readonly created_at: string;
  readonly submitted_at: string | null;
  readonly settled_at: string | null;
  readonly deadline_at: string | null;
  readonly attempts: number;
  readonly settlement: number;
  readonly cancel_requested_at: string | null;
  readonly retry_of: string | null;
  readonly task: GenerationRecord["task"];
  readonly extra_task_ids: string[];
  readonly files: { readonly url: string; readonly type: string }[];
  readonly error: GenerationRecord["error"];
  readonly credits: { readonly estimated: number | null; readonly catalog_date: string | null };
}

/** Writes a record for the wire, the keys in this order. */
export function wireRecord(record: GenerationRecord): WireRecord {
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
