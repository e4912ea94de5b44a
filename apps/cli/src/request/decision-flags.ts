import {
  type Decision,
  type FieldError,
  type LaneDecision,
  validateDecision,
  validateLaneDecision,
} from "@apidot-queue/core";

import { CliError } from "../cli-error.ts";

/** The flags of a decision as they were given. */
export interface ResolveFlags {
  readonly json?: boolean;
  readonly url?: string;
  readonly reason?: string;
  readonly taskId?: string;
  readonly attempt?: string;
  readonly lane?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
}

/** A decision about all that a lane holds. */
export interface LaneDecisionFlags {
  readonly of: "lane";
  readonly lane: string;
  readonly body: LaneDecision;
}

/** A decision that the gateway will not refuse for its form. */
export type ReadDecision =
  | {
      readonly of: "generation";
      readonly id: string;
      readonly body: { readonly action: Decision["action"] };
    }
  | LaneDecisionFlags;

/**
 * Reads what is to be decided, and about what.
 *
 * @throws {CliError} `usage` naming every flag that is missing, wrong or too many
 */
export function readDecision(
  first: string | undefined,
  second: string | undefined,
  flags: ResolveFlags,
): ReadDecision {
  const { lane } = flags;
  if (lane === undefined) {
    if (first === undefined || second === undefined) {
      throw new CliError("usage", "an id and an action are needed, or --lane with --all");
    }
    if (flags.all === true) throw new CliError("usage", "--all needs --lane beside it");
    const body = bodyOf(second, flags);
    const valid = validateDecision(body);
    if (!valid.ok) throw refusal(valid.errors);
    return { of: "generation", id: first, body: { ...body, action: valid.decision.action } };
  }
  if (flags.all !== true) {
    throw new CliError("usage", "--lane decides about all that it holds: say --all beside it");
  }
  if (second !== undefined) throw new CliError("usage", "an id does not go with --lane");
  const valid = validateLaneDecision(bodyOf(first, flags));
  if (!valid.ok) throw refusal(valid.errors);
  return { of: "lane", lane, body: valid.decision };
}

function bodyOf(action: string | undefined, { reason, taskId, attempt }: ResolveFlags): object {
  return {
    ...(action === undefined ? {} : { action }),
    ...(reason === undefined ? {} : { reason }),
    ...(taskId === undefined ? {} : { task_id: taskId }),
    ...(attempt === undefined ? {} : { attempt: numberOf(attempt) }),
  };
}

/** What is no whole number stays a text, and is refused as one. */
function numberOf(text: string): number | string {
  return /^\d{1,6}$/.test(text) ? Number(text) : text;
}

const FLAGS: Readonly<Record<string, string>> = {
  "/action": "the action",
  "/reason": "--reason",
  "/task_id": "--task-id",
  "/attempt": "--attempt",
};

function refusal(errors: readonly FieldError[]): CliError {
  const wrong = errors.map((error) => ({
    ...error,
    label: FLAGS[error.pointer] ?? error.pointer,
  }));
  return new CliError("usage", "the decision cannot be carried out as it is", { wrong });
}
