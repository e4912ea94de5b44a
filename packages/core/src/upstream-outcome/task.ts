import { readResultFiles } from "./result-files.ts";
import type { ResultFile } from "./status-outcome.ts";
import { numberOf, recordOf, textOf } from "./tolerant.ts";
import { parseUpstreamTime } from "./upstream-time.ts";

/** The statuses that the upstream is known to use [seen]; anything else reads as `unknown`. */
export type TaskStatus = "not_started" | "running" | "finished" | "failed" | "unknown";

/** The upstream's record of a generation, as far as a payload tells it. */
export interface UpstreamTask {
  /** Opaque. Null when the payload names none. */
  readonly taskId: string | null;
  /** Null when the payload tells none. */
  readonly status: TaskStatus | null;
  /** 0–100, or null when missing or odd [seen]. */
  readonly progress: number | null;
  readonly files: readonly ResultFile[];
  /** `error_message` of a failed task [seen]; not redacted. */
  readonly message: string | null;
  /** Milliseconds since the epoch, or null. */
  readonly createdAt: number | null;
}

/** What fits a path segment; the known ids have 32 characters [doc]. */
const MAX_TASK_ID_CHARACTERS = 1_024;

const KNOWN_STATUSES: ReadonlySet<string> = new Set<TaskStatus>([
  "not_started",
  "running",
  "finished",
  "failed",
]);

/**
 * Reads a task from a payload, wrapped (`{ code, data: { task_id, … } }`) or bare (`{ task_id, … }`)
 * [seen]: the answers of both calls and the body of a callback. Says nothing about success: a task
 * can stand beside an error code.
 *
 * @param payload - parsed JSON, of any shape
 * @returns the task, or null when the payload holds none
 */
export function readTask(payload: unknown): UpstreamTask | null {
  const bare = recordOf(payload);
  const wrapped = recordOf(bare?.["data"]);
  const task = wrapped === null ? null : readFields(wrapped);
  if (task !== null && task.taskId !== null) return task;
  const bareTask = bare === null ? null : readFields(bare);
  if (bareTask !== null && bareTask.taskId !== null) return bareTask;
  // A bare `status` alone would make a task of any gateway's `{ "status": "error" }`.
  return task?.status == null ? null : task;
}

function readFields(fields: Readonly<Record<string, unknown>>): UpstreamTask {
  const progress = numberOf(fields["progress"]);
  return {
    taskId: taskIdOf(fields["task_id"]),
    status: statusOf(fields["status"]),
    progress: progress === null ? null : Math.min(Math.max(progress, 0), 100),
    files: readResultFiles(fields),
    message: textOf(fields["error_message"]),
    createdAt: parseUpstreamTime(fields["created_time"]),
  };
}

/**
 * Opaque: whatever it looks like, it stands for a paid task, and a path can name it encoded. It may
 * even be a number; above 2^53 its digits are lost already. Half a surrogate pair is the one thing
 * that cannot be encoded, and a path of dots would ask for something else.
 */
function taskIdOf(value: unknown): string | null {
  if (typeof value === "number")
    return Number.isSafeInteger(value) && value >= 0 ? `${value}` : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  if (value.length > MAX_TASK_ID_CHARACTERS || value === "." || value === "..") return null;
  return /\p{Cs}/u.test(value) ? null : value;
}

function statusOf(value: unknown): TaskStatus | null {
  if (typeof value !== "string") return null;
  return KNOWN_STATUSES.has(value) ? (value as TaskStatus) : "unknown";
}
