import type { CallFacts } from "../faults/fault-plan.ts";
import { isLifeFault, isReplacing } from "../faults/fault-slot.ts";
import { type Replacement, replaceAnswer } from "../faults/replace-answer.ts";
import { type Answer, success } from "../http/answer.ts";
import { apiError } from "../http/api-error.ts";
import type { LedgerNote } from "../ledger.ts";
import type { EmulatorState } from "../state.ts";
import type { Task } from "../tasks/task.ts";
import { formatCreatedTime } from "./created-time.ts";
import { delayOf, dressAnswer } from "./faulty-answer.ts";
import { readSubmitFacts } from "./submit-facts.ts";
import { checkSubmit, type SubmitRequest } from "./submit-request.ts";

/** A submit whose body has arrived. */
export interface SubmitCall {
  /** The bearer token, undefined when there was none. */
  readonly token: string | undefined;
  readonly body: Buffer;
  /** Whether the body was declared as JSON. */
  readonly isJson: boolean;
  /** Scheme, host and port under which result files are offered. */
  readonly filesOrigin: string;
  /** Absolute URL of this call. */
  readonly selfUrl: string;
}

/** What every step of one submit looks at. */
interface Submission {
  readonly state: EmulatorState;
  readonly nowMs: number;
  readonly call: SubmitCall;
  /** The body as JSON, undefined when it is none. */
  readonly body: unknown;
  readonly facts: CallFacts;
}

/** `POST /api/generate/submit`: ledger, key, faults, validation, credits, and then a task. */
export function submit(state: EmulatorState, call: SubmitCall): Answer {
  const nowMs = state.now();
  state.catchUp(nowMs);
  const { body, ...facts } = readSubmitFacts(call.token, call.body);
  const submission = { state, nowMs, call, body, facts };
  note(submission, { event: "submit" });

  if (!state.accounts.isLetIn(call.token)) return refuse(submission, 401);
  const delayMs = delayOf(state.faults, "submit", facts, nowMs);
  const answer = answerSubmit(submission);
  return delayMs === 0 ? answer : { ...answer, delayMs };
}

function answerSubmit(submission: Submission): Answer {
  const { state, nowMs, call, body, facts } = submission;
  const context = { nowMs, selfUrl: call.selfUrl };
  const hit = state.faults.drawOne("submit", "before", facts, nowMs);
  if (hit !== undefined && isReplacing(hit.rule)) {
    const { rule, waitMs } = hit;
    return refuseWith(submission, replaceAnswer({ rule, waitMs }, context));
  }

  if (!call.isJson) return refuse(submission, 400, "content-type must be application/json");
  const check = checkSubmit(body);
  if (!check.ok) return refuse(submission, 400, check.message);

  const { request } = check;
  const credits = request.model.priceCredits(request.input);
  if (!state.accounts.reserve(facts.key, credits)) return refuse(submission, 402);

  const task = accept(submission, request, credits);
  const honest = success({
    task_id: task.id,
    status: "not_started",
    created_time: formatCreatedTime(nowMs),
  });
  const answer = dressAnswer(state.faults, "submit", facts, honest, context);
  const after = state.callbacks.firstDelivery(task);
  return after === undefined ? answer : { ...answer, after };
}

function accept(submission: Submission, request: SubmitRequest, credits: number): Task {
  const { state, nowMs, call, facts } = submission;
  const { callbackUrl } = request;
  const isEarly = callbackUrl !== undefined && drawEarly(submission);
  const life = state.faults.drawOne("submit", "life", facts, nowMs)?.rule;
  const task = state.tasks.create({
    key: facts.key,
    model: request.model.id,
    promptSha256: facts.promptSha256,
    callbackUrl,
    filesOrigin: call.filesOrigin,
    isEarly,
    credits,
    createdAtMs: nowMs,
    renderTime: request.model.renderTime(request.input),
    fault: isLifeFault(life) ? life : undefined,
  });
  note(submission, { event: "accepted", task_id: task.id, credits });
  if (isEarly) state.catchUp(nowMs);
  return task;
}

/** Decided before there is a task: its whole life follows from it. */
function drawEarly({ state, nowMs, facts }: Submission): boolean {
  const next = { ...facts, ordinal: state.tasks.nextOrdinal };
  return state.faults.drawOne("callback", "early", next, nowMs) !== undefined;
}

function refuse(submission: Submission, code: number, message?: string): Answer {
  return refuseWith(submission, { answer: apiError(code, message), code });
}

function refuseWith(submission: Submission, { answer, code }: Replacement): Answer {
  note(submission, { event: "refused", code });
  return answer;
}

function note(
  { state, nowMs, facts }: Submission,
  what: Pick<LedgerNote, "event" | "task_id" | "code" | "credits">,
): void {
  const { key, model = "", promptSha256 } = facts;
  state.ledger.append({ ...what, atMs: nowMs, key, model, prompt_sha256: promptSha256 });
}
