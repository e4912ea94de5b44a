import type { Status } from "@apidot-queue/core";
import type { GenerationRecord } from "@apidot-queue/producer";

import type { TaskJson } from "../schemas/drop-in-schema.ts";

/** What the upstream would call each status. What a person decides about is not over yet. */
const TASK_STATUS: Readonly<Record<Status, TaskJson["status"]>> = {
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
 * A generation as the upstream tells of a task. The files stand where its documentation has them, and
 * once more where other clients of it look.
 */
export function taskJson(record: GenerationRecord): TaskJson {
  const status = TASK_STATUS[record.status];
  const progress = status === "finished" ? 100 : record.task?.progress;
  const task = {
    task_id: record.id,
    status,
    ...(typeof progress === "number" && status !== "failed" ? { progress } : {}),
    created_time: createdTime(record.createdAt),
  };
  if (status === "finished") {
    const files = record.files.map(({ url, type }) => ({ file_url: url, file_type: type }));
    return { ...task, output: { files }, files };
  }
  if (status !== "failed") return task;
  return { ...task, error_message: record.error?.message ?? "canceled" };
}

/** ISO 8601, UTC, to the second and without a zone [doc]. */
export function createdTime(at: Date): string {
  return at.toISOString().slice(0, "2026-04-19T21:19:42".length);
}
