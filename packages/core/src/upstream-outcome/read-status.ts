import { readRetryAfter } from "../retry/retry-after.ts";
import { isSuccessCode, isTwoHundred, parseEnvelope, statusOf } from "./envelope.ts";
import type { Exchange } from "./exchange.ts";
import type { StatusOutcome } from "./status-outcome.ts";
import { readTask } from "./task.ts";

/**
 * Reads the outcome of a status call. Status calls are harmless to repeat, so whatever is not
 * understood is `unavailable` and asked again; only the task's own word ends it.
 *
 * An answer that names another task than the asked one is `unavailable`, detail `other_task`: a
 * cache or a proxy mixed answers up, and settling on it would give one caller another's video.
 *
 * `finished` without a usable file is `unavailable`, detail `finished_without_files`: settling would
 * end a paid generation with nothing to show, while the files may only be late. Polling goes on;
 * the generation's deadline bounds it, and what comes later is still seen by the late look.
 *
 * Total: never throws, whatever the body.
 *
 * @param taskId - the task that was asked for
 * @param now - milliseconds since the epoch, for a Retry-After that is a date
 */
export function readStatus(exchange: Exchange, taskId: string, now: number): StatusOutcome {
  if (exchange.phase !== "answered") return unavailable(exchange.detail);

  const envelope = parseEnvelope(exchange.body);
  const httpStatus = statusOf(exchange.httpStatus, envelope);
  if (isTwoHundred(httpStatus)) {
    if (envelope === null) return unavailable("unparsable_body");
    if (!isSuccessCode(envelope.code)) return unavailable("unknown_code");
    return readTaskState(envelope.payload, taskId);
  }
  const retryAfterMs = readRetryAfter(exchange.retryAfter, now);
  switch (httpStatus) {
    case 404:
      return { kind: "not_found" };
    case 400:
    case 422:
      return { kind: "rejected", httpStatus };
    case 401:
    case 402:
    case 403:
      return { kind: "denied", httpStatus };
    case 429:
      return { kind: "throttled", retryAfterMs };
    default:
      return unavailable(detailOf(httpStatus), retryAfterMs);
  }
}

function readTaskState(payload: unknown, taskId: string): StatusOutcome {
  const task = readTask(payload);
  if (task === null) return unavailable("schema_drift");
  if (task.taskId !== null && task.taskId !== taskId) return unavailable("other_task");
  if (task.status === null) return unavailable("schema_drift");
  if (task.status === "failed") return { kind: "failed", message: task.message };
  if (task.status !== "finished") {
    return { kind: "running", taskStatus: task.status, progress: task.progress };
  }
  return task.files.length === 0
    ? unavailable("finished_without_files")
    : { kind: "finished", files: task.files };
}

function detailOf(httpStatus: number): string {
  if (httpStatus >= 500 && httpStatus <= 599) return "http_5xx";
  return httpStatus >= 300 && httpStatus <= 399 ? "redirected" : "unlisted_status";
}

function unavailable(detail: string, retryAfterMs: number | null = null): StatusOutcome {
  return { kind: "unavailable", detail, retryAfterMs };
}
