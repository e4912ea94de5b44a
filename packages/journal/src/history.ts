import type {
  AccountCode,
  FoldedCode,
  GracePolicy,
  HistoryEntry,
  LifecycleEvent,
  RefusalCode,
} from "@apidot-queue/core";

import type { RecordHash } from "./record-fields.ts";
import { splitTrace } from "./submit-trace.ts";

/** Reads the history: the lines that moved to the list, then the ones inside the record. */
export function readHistory(hash: RecordHash, older: readonly string[]): HistoryEntry[] {
  const lines = [...older];
  for (let n = Number(hash["hs"] ?? 0) + 1; n <= Number(hash["hn"] ?? 0); n++) {
    lines.push(hash[`h${n}`] ?? "");
  }
  const createdAt = Number(hash["c"]);
  const taskId = (number: string): string => hash[`k${number}`] ?? "";
  return lines.map((line) => readLine(line, createdAt, taskId));
}

/** The line that stands for many; `lua/include/history.lua` writes it. */
function readFold(at: number, args: readonly string[], createdAt: number): HistoryEntry {
  const [count, attempt, last, code = "", run, other = "", pauseMs, woken] = args;
  const lastAt = createdAt + Number(last);
  return {
    kind: "folded",
    at,
    lastAt,
    refusalCount: Number(count),
    lastAttempt: Number(attempt),
    lastCode: code === "-" ? null : (code as FoldedCode),
    inARowCount: Number(run),
    otherCode: other === "-" ? null : (other as FoldedCode),
    wakeAt: lastAt + Number(pauseMs),
    wokenCount: Number(woken),
  };
}

function readLine(
  line: string,
  createdAt: number,
  taskId: (number: string) => string,
): HistoryEntry {
  const { words, trace } = splitTrace(line.split(" "));
  const [name = "", sinceCreated = "", ...args] = words;
  const [first = "", second = "", third = "", fourth = ""] = args;
  const at = createdAt + Number(sinceCreated);
  const ref = { attempt: Number(first), fence: second };
  const traced = trace === null ? {} : { trace };
  const entry = (event: LifecycleEvent): HistoryEntry => ({ kind: "event", at, event, ...traced });
  const decided = (event: LifecycleEvent, reason: string): HistoryEntry => ({
    kind: "event",
    at,
    event,
    reasonNumber: Number(reason),
  });
  switch (name) {
    case "enqueued":
      return { kind: "enqueued", at };
    case "stale":
      return { kind: "stale", at, outcome: first, attempt: Number(second), ...traced };
    case "called_back":
    case "look_ended":
      return { kind: name, at, attempt: Number(first) };
    case "woken":
      return { kind: "woken", at, wake: Number(first) };
    case "folded":
      return readFold(at, args, createdAt);
    case "begun":
      return entry({ type: "begun", at, ...ref, sendDeadlineAt: at + Number(third) });
    case "not_sent":
      return entry({ type: "not_sent", at, ...ref, wakeAt: at + Number(fourth) });
    case "refused":
      return entry({
        type: "refused",
        at,
        ...ref,
        code: third as RefusalCode,
        wakeAt: at + Number(fourth),
      });
    case "accepted":
      return entry({
        type: "accepted",
        at,
        ...ref,
        taskId: taskId(third),
        deadlineAt: at + Number(fourth),
      });
    case "rejected":
      return entry({ type: "rejected", at, ...ref });
    case "denied":
      return entry({
        type: "denied",
        at,
        ...ref,
        code: third as AccountCode,
        park: fourth === "park",
      });
    case "answer_lost":
      return entry({
        type: "answer_lost",
        at,
        ...ref,
        code: third === "unanswered" ? "unanswered" : "answer_lost",
        graceEndAt: at + Number(fourth),
      });
    case "confirmed":
      return entry({
        type: "confirmed",
        at,
        attempt: Number(first),
        taskId: taskId(second),
        deadlineAt: at + Number(third),
      });
    case "finished_late":
      return entry({
        type: "finished_late",
        at,
        attempt: first === "0" ? null : Number(first),
        taskId: taskId(second),
      });
    case "grace_ended":
      return entry({
        type: "grace_ended",
        at,
        policy: first as GracePolicy,
        maxPaidAttempts: Number(second),
      });
    case "untraceable":
      return entry({
        type: "untraceable",
        at,
        reason: first === "task_not_found" ? "task_not_found" : "status_rejected",
      });
    case "attached": {
      const attempt = third === "0" ? null : Number(third);
      const deadlineAt = at + Number(second);
      return decided({ type: name, at, attempt, taskId: taskId(first), deadlineAt }, fourth);
    }
    case "resubmitted":
    case "abandoned":
      return decided({ type: name, at }, first);
    case "expired":
    case "poisoned":
    case "redriven":
    case "finished":
    case "task_failed":
    case "timed_out":
    case "cancel_requested":
      return entry({ type: name, at });
    default:
      throw new Error(`[history_broken] unknown line "${name}"`);
  }
}
