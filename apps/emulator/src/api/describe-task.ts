import { type Task, viewTask } from "../tasks/task.ts";
import { formatCreatedTime } from "./created-time.ts";

/**
 * A task in the upstream's words, with what its status brings along: the `data` of a status call
 * [doc] and of a callback [seen].
 */
export function describeTask(
  task: Task,
  nowMs: number,
  filesOrigin: string,
): Readonly<Record<string, unknown>> {
  const view = viewTask(task, nowMs);
  const data = {
    task_id: task.id,
    status: view.status,
    ...(view.progress === undefined ? {} : { progress: view.progress }),
    created_time: formatCreatedTime(task.createdAtMs),
  };
  if (view.status === "finished") {
    const file = { file_url: `${filesOrigin}/files/${task.id}.mp4`, file_type: "video" };
    return { ...data, output: { files: [file] } };
  }
  if (view.status === "failed" && task.outcome.status === "failed") {
    return { ...data, error_message: task.outcome.errorMessage };
  }
  return data;
}
