import { z } from "zod";

const createdTime = z
  .string()
  .meta({ description: "ISO 8601, UTC, to the second, without a zone." });

const fileSchema = z.object({ file_url: z.string(), file_type: z.string() });

/** What the upstream says of a task [doc, seen]. */
const taskSchema = z
  .object({
    task_id: z.string().meta({ description: "Our generation's id." }),
    status: z.enum(["not_started", "running", "finished", "failed"]),
    progress: z.number().min(0).max(100).optional(),
    created_time: createdTime,
    output: z.object({ files: z.array(fileSchema) }).optional(),
    files: z.array(fileSchema).optional().meta({ description: "The same as output.files." }),
    error_message: z.string().optional(),
  })
  .meta({ id: "Task" });

/** The answer to a submit, and to a status call. */
export const taskAnswerSchema = z.object({ code: z.literal(200), data: taskSchema });

/** Every error of these calls. */
export const upstreamErrorSchema = z
  .object({
    code: z.int(),
    error: z.object({ message: z.string(), type: z.string() }),
  })
  .meta({ id: "UpstreamError" });
