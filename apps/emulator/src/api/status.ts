import { fingerprintKey } from "../accounts.ts";
import type { CallFacts } from "../faults/fault-plan.ts";
import { isReplacing } from "../faults/fault-slot.ts";
import { replaceAnswer } from "../faults/replace-answer.ts";
import { type Answer, success } from "../http/answer.ts";
import { apiError } from "../http/api-error.ts";
import type { EmulatorState } from "../state.ts";
import type { Task } from "../tasks/task.ts";
import { describeTask } from "./describe-task.ts";
import { delayOf, dressAnswer } from "./faulty-answer.ts";

/** A status call. */
export interface StatusCall {
  /** The bearer token, undefined when there was none. */
  readonly token: string | undefined;
  readonly taskId: string;
  /** Scheme, host and port under which result files are offered. */
  readonly filesOrigin: string;
  /** Absolute URL of this call. */
  readonly selfUrl: string;
}

/** `GET /api/generate/status/{task_id}`. Any key that is let in may ask for any task [?]. */
export function status(state: EmulatorState, call: StatusCall): Answer {
  const nowMs = state.now();
  state.catchUp(nowMs);
  if (!state.accounts.isLetIn(call.token)) return apiError(401);

  const task = state.tasks.get(call.taskId);
  if (task !== undefined) task.statusCallCount += 1;
  if (state.faults.isEmpty) return answerHonestly(task, nowMs, call.filesOrigin);

  const facts: CallFacts = {
    key: fingerprintKey(call.token),
    model: task?.model,
    promptSha256: task?.promptSha256,
    task,
    ordinal: task?.ordinal,
  };
  const delayMs = delayOf(state.faults, "status", facts, nowMs);
  const answer = answerStatus(state, call, facts, nowMs);
  return delayMs === 0 ? answer : { ...answer, delayMs };
}

function answerStatus(
  state: EmulatorState,
  call: StatusCall,
  facts: CallFacts,
  nowMs: number,
): Answer {
  const context = { nowMs, selfUrl: call.selfUrl };
  const hit = state.faults.drawOne("status", "before", facts, nowMs);
  if (hit !== undefined && isReplacing(hit.rule)) {
    return replaceAnswer({ rule: hit.rule, waitMs: hit.waitMs }, context).answer;
  }
  const honest = answerHonestly(facts.task, nowMs, call.filesOrigin);
  return facts.task === undefined
    ? honest
    : dressAnswer(state.faults, "status", facts, honest, context);
}

function answerHonestly(task: Task | undefined, nowMs: number, filesOrigin: string): Answer {
  return task === undefined
    ? apiError(404, "task not found")
    : success(describeTask(task, nowMs, filesOrigin));
}
