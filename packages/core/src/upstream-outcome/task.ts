import { z } from "zod";
import { readResultFiles } from "./result-files.ts";
import type { ResultFile } from "./status-outcome.ts";
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

const taskIdSchema = z.union([
  // Opaque: whatever it looks like, it stands for a paid task, and a path can name it encoded. Half
  // a surrogate pair is the one thing that cannot be encoded.
  z
    .string()
    .min(1)
    .max(MAX_TASK_ID_CHARACTERS)
    .regex(/\S/)
    .refine((id) => !/\p{Cs}/u.test(id) && !/^\.{1,2}$/.test(id)),
  // Opaque also means that it may be a number; above 2^53 its digits are lost already.
  z.int().nonnegative().transform(String),
]);

const taskSchema = z.object({
  task_id: taskIdSchema.nullable().catch(null),
  status: z
    .enum(["not_started", "running", "finished", "failed"])
    .or(z.string().transform(() => "unknown" as const))
    .nullable()
    .catch(null),
  progress: z
    .number()
    .transform((value) => Math.min(Math.max(value, 0), 100))
    .nullable()
    .catch(null),
  error_message: z.string().trim().min(1).nullable().catch(null),
  created_time: z.unknown().optional(),
});

const wrapperSchema = z.object({ data: z.unknown().optional() });

/**
 * Reads a task from a payload, wrapped (`{ code, data: { task_id, … } }`) or bare (`{ task_id, … }`)
 * [seen]: the answers of both calls and the body of a callback. Says nothing about success: a task
 * can stand beside an error code.
 *
 * @param payload - parsed JSON, of any shape
 * @returns the task, or null when the payload holds none
 */
export function readTask(payload: unknown): UpstreamTask | null {
  const wrapper = wrapperSchema.safeParse(payload);
  const wrapped = wrapper.success ? readFields(wrapper.data.data) : null;
  if (wrapped !== null && wrapped.taskId !== null) return wrapped;
  const bare = readFields(payload);
  if (bare !== null && bare.taskId !== null) return bare;
  // A bare `status` alone would make a task of any gateway's `{ "status": "error" }`.
  return wrapped?.status == null ? null : wrapped;
}

function readFields(value: unknown): UpstreamTask | null {
  const fields = taskSchema.safeParse(value);
  if (!fields.success) return null;
  const { task_id: taskId, status, progress, error_message: message } = fields.data;
  const createdAt = parseUpstreamTime(fields.data.created_time);
  return { taskId, status, progress, files: readResultFiles(value), message, createdAt };
}
