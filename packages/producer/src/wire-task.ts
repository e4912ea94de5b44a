import type { Status } from "@apidot-queue/core";

import type { GenerationRecord } from "./generation-record.ts";

/** A task in the upstream's own words [doc, seen]. */
export interface WireTask {
  readonly task_id: string;
  readonly status: "not_started" | "running" | "finished" | "failed";
  readonly progress?: number;
  readonly created_time: string;
  readonly output?: { readonly files: WireFile[] };
  readonly files?: WireFile[];
  readonly error_message?: string;
}

interface WireFile {
  readonly file_url: string;
  readonly file_type: string;
}

/** What the upstream would call each status. What a person decides about is not over yet. */
const TASK_STATUS: Readonly<Record<Status, WireTask["status"]>> = {
  queued: "not_started",
  submitting: "not_started",
  unconfirmed: "running",
  held: "running",
  running: "running",
  succeeded: "finished",
  failed: "failed",
  canceled: "failed",
};

/**
 * A generation as the upstream tells of a task, its id in the place of the task's. The files stand
 * where the upstream's documentation has them, and once more where other clients of it look.
 */
export function wireTask(record: GenerationRecord): WireTask {
  const status = TASK_STATUS[record.status];
  const progress = status === "finished" ? 100 : record.task?.progress;
  const task = {
    task_id: record.id,
    status,
    ...(typeof progress === "number" && status !== "failed" ? { progress } : {}),
    created_time: wireTime(record.createdAt),
  };
  if (status === "finished") {
    const files = record.files.map(({ url, type }) => ({ file_url: url, file_type: type }));
    return { ...task, output: { files }, files };
  }
  if (status !== "failed") return task;
  return { ...task, error_message: record.error?.message ?? "canceled" };
}

/** A time in the upstream's form: ISO 8601, UTC, to the second and without a zone [doc]. */
export function wireTime(at: Date): string {
  return at.toISOString().slice(0, "2026-04-19T21:19:42".length);
}
