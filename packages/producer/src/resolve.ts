import {
  type Decision,
  type LaneDecision,
  LANE_DECISION_LIMITS,
  paidAttempts,
  validateDecision,
  validateLaneDecision,
} from "@apidot-queue/core";
import type {
  Journal,
  ResubmitOutcome,
  StoredGeneration,
  VerbOutcome,
} from "@apidot-queue/journal";
import type { SubmitHint } from "@apidot-queue/queue";

import { type GenerationRecord, toRecord } from "./generation-record.ts";
import type { ProducerLanes } from "./lanes.ts";
import type { Call } from "./link.ts";
import { asking } from "./outage.ts";
import {
  InvalidRequestError,
  NotHeldError,
  TaskTakenError,
  UnknownGenerationError,
} from "./producer-error.ts";
import type { Store } from "./store.ts";

/** What a decision about one held generation came to. */
export interface Resolved {
  readonly record: GenerationRecord;
  /** How many submits of it may have been paid; a resubmit may add one. */
  readonly mayBePaidCount: number;
}

/** What a decision about all that a lane holds came to. */
export interface LaneResolved {
  /** How many were decided on. */
  readonly resolvedCount: number;
  /** How many are held now; more may have come meanwhile. */
  readonly remainingCount: number;
  /** How many submits of those that are sent again may have been paid; 0 after an abandon. */
  readonly mayBePaidCount: number;
}

/** What decisions stand on. */
export interface ResolveParts {
  readonly lanes: ProducerLanes;
  readonly store: Store;
  readonly read: (id: string, call: Call) => Promise<StoredGeneration>;
  /** Of an attached task, where the caller set none. Milliseconds. */
  readonly deadlineMs: number;
}

/** @returns the decision as given. @throws {InvalidRequestError} naming every wrong field */
export function checkDecision(decision: Decision): Decision {
  const isAttach = decision.action === "attach";
  const { action, reason } = decision;
  const body = {
    action,
    reason,
    ...(isAttach ? { task_id: decision.taskId } : {}),
    ...(isAttach && decision.attempt !== null ? { attempt: decision.attempt } : {}),
  };
  const valid = validateDecision(body);
  if (valid.ok) return valid.decision;
  const named = valid.errors.map((error) => ({
    ...error,
    pointer: error.pointer === "/task_id" ? "/taskId" : error.pointer,
  }));
  throw new InvalidRequestError(named);
}

/** @see Producer.resolve */
export async function resolveOne(
  id: string,
  lane: string,
  decision: Decision,
  call: Call,
  parts: ResolveParts,
): Promise<Resolved> {
  const journal = parts.lanes.journal(lane);
  const deciding = () => decide(journal, id, decision, parts);
  const outcome = await asking(() => parts.store.onDisk(deciding, call));
  if (outcome.kind === "ignored") throw await refusal(id, decision, outcome.reason, call, parts);
  if ("hint" in outcome) await parts.lanes.addHints(lane, [hintOf(outcome)], call);
  const stored = await parts.read(id, call);
  const { generation } = stored;
  const mayBePaidCount = paidAttempts(generation) + generation.extraTaskIds.length;
  return { record: toRecord(stored), mayBePaidCount };
}

/** @see Producer.resolveHeld */
export async function resolveLane(
  lane: string,
  { limit = LANE_DECISION_LIMITS.default, ...decision }: LaneDecision & { limit?: number },
  call: Call,
  parts: ResolveParts,
): Promise<LaneResolved> {
  const valid = validateLaneDecision({ ...decision, limit });
  if (!valid.ok) throw new InvalidRequestError(valid.errors);
  const journal = parts.lanes.journal(lane);
  const { action, reason } = valid.decision;
  const ids = await asking(() => call.step(() => journal.listHeld(valid.limit)));
  const deciding = (): Promise<(ResubmitOutcome | VerbOutcome)[]> =>
    action === "resubmit" ? journal.resubmit(ids, reason) : journal.abandon(ids, reason);
  const outcomes = await asking(() => parts.store.onDisk(deciding, call));
  const sentAgain = outcomes.filter((outcome) => "hint" in outcome);
  await parts.lanes.addHints(lane, sentAgain.map(hintOf), call);
  return {
    resolvedCount: outcomes.filter(({ kind }) => kind === "changed").length,
    remainingCount: await asking(() => call.step(() => journal.countHeld())),
    mayBePaidCount: sentAgain.reduce((sum, { mayHavePaidCount }) => sum + mayHavePaidCount, 0),
  };
}

type SentAgain = Extract<ResubmitOutcome, { readonly kind: "changed" }>;

async function decide(
  journal: Journal,
  id: string,
  decision: Decision,
  { deadlineMs }: ResolveParts,
): Promise<SentAgain | VerbOutcome> {
  const { action, reason } = decision;
  if (action === "attach") return journal.attach(id, decision, deadlineMs, reason);
  const [outcome] =
    action === "resubmit"
      ? await journal.resubmit([id], reason)
      : await journal.abandon([id], reason);
  return outcome ?? { kind: "ignored", reason: "unknown" };
}

function hintOf({ hint }: SentAgain): SubmitHint {
  return { ...hint, delayMs: 0 };
}

/** Says why nothing was changed; what is wrong is read from the record. */
async function refusal(
  id: string,
  decision: Decision,
  reason: string,
  call: Call,
  { read }: ResolveParts,
): Promise<Error> {
  if (reason === "unknown") return new UnknownGenerationError(id);
  if (reason === "task_taken") return new TaskTakenError(id);
  const { generation } = await read(id, call);
  const isOfAttempt = generation.status === "held" && decision.action === "attach";
  if (!isOfAttempt) return new NotHeldError(id, generation.status);
  const attempts = generation.unresolved.map(({ attempt }) => attempt);
  const message =
    attempts.length === 0
      ? "no attempt of it is unresolved"
      : `must be an unresolved attempt: ${attempts.join(", ")}`;
  return new InvalidRequestError([{ pointer: "/attempt", code: "invalid_value", message }]);
}
