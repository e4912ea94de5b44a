import {
  ERROR_CODES,
  type ErrorCode,
  type Priority,
  type ResultFile,
  type Status,
  taskOf,
} from "@apidot-queue/core";
import type { StoredGeneration } from "@apidot-queue/journal";

/** A generation as callers see it. Times are dates; what does not exist (yet) is null. */
export interface GenerationRecord {
  readonly id: string;
  readonly lane: string;
  readonly status: Status;
  readonly model: string;
  /** As given. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly userId: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly priority: Priority;
  readonly createdAt: Date;
  /** When the task id was stored. */
  readonly submittedAt: Date | null;
  readonly settledAt: Date | null;
  readonly deadlineAt: Date | null;
  /** How many attempts were begun, whatever came of them. */
  readonly attempts: number;
  readonly settlement: number;
  readonly cancelRequestedAt: Date | null;
  readonly retryOf: string | null;
  /** The upstream's task, once known. `progress` is 0–100 and may stay null. */
  readonly task: {
    readonly id: string;
    readonly status: "not_started" | "running" | "finished" | "failed";
    readonly progress: number | null;
  } | null;
  /** Tasks beyond the first: each may have been paid. */
  readonly extraTaskIds: readonly string[];
  readonly files: readonly ResultFile[];
  /** Why it failed or is held. `retryable`: whether the same request may succeed later. */
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retryable: boolean;
  } | null;
  /** Price estimate by the catalog of that date; null estimate for a model without a price. */
  readonly credits: { readonly estimated: number | null; readonly catalogDate: string | null };
}

/** Makes the record that callers see. */
export function toRecord(stored: StoredGeneration): GenerationRecord {
  const { generation, request, options } = stored;
  return {
    id: generation.id,
    lane: generation.lane,
    status: generation.status,
    model: request.model,
    input: request.input,
    userId: options.userId,
    metadata: options.metadata,
    priority: generation.priority,
    createdAt: new Date(generation.createdAt),
    submittedAt: dateOf(stored.submittedAt),
    settledAt: "settledAt" in generation ? new Date(generation.settledAt) : null,
    deadlineAt: dateOf(stored.deadlineAt),
    attempts: generation.attempt,
    settlement: generation.settlement,
    cancelRequestedAt: dateOf(generation.cancelRequestedAt),
    retryOf: stored.retryOf,
    task: taskView(stored),
    extraTaskIds: generation.extraTaskIds,
    files: stored.files,
    error: errorView(stored),
    credits: {
      estimated: stored.estimate?.credits ?? null,
      catalogDate: stored.estimate?.catalogDate ?? null,
    },
  };
}

function taskView({
  generation,
  polls,
  isTaskFailed,
  files,
}: StoredGeneration): GenerationRecord["task"] {
  const task = taskOf(generation);
  if (task === null) return null;
  if (files.length > 0) return { id: task.taskId, status: "finished", progress: 100 };
  if (isTaskFailed) return { id: task.taskId, status: "failed", progress: polls.progress };
  const status = polls.pollCount === 0 ? "not_started" : "running";
  return { id: task.taskId, status, progress: polls.progress };
}

function errorView({ generation, message }: StoredGeneration): GenerationRecord["error"] {
  if (generation.status !== "failed" && generation.status !== "held") return null;
  const { meaning, retryable } = ERROR_CODES[generation.reason];
  return { code: generation.reason, message: message ?? meaning, retryable };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
