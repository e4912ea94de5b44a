import { z } from "zod";
import { FAULT_KINDS, type FaultRule, faultRuleSchema } from "./fault-rule.ts";

const ruleList = z.array(faultRuleSchema).max(1_000);

/** A rule list that was refused as a whole; nothing of it is in force. */
export class FaultRulesError extends Error {
  override readonly name = "FaultRulesError";
  /** One line for each mistake, each with the place in the list. */
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join("; "));
    this.mistakes = mistakes;
  }
}

/**
 * Reads a list of fault rules, strictly: a field that a kind does not have is a mistake.
 *
 * @throws {FaultRulesError} naming every mistake.
 */
export function parseFaultRules(value: unknown): readonly FaultRule[] {
  const parsed = ruleList.safeParse(value);
  if (!parsed.success) throw new FaultRulesError(parsed.error.issues.map(describeIssue));
  const mistakes = parsed.data.flatMap((rule, index) =>
    findMisplaced(rule).map((message) => `[${index}]${message}`),
  );
  if (mistakes.length > 0) throw new FaultRulesError(mistakes);
  return parsed.data;
}

/** What a schema of single rules cannot say: fields that make sense only together. */
function findMisplaced(rule: FaultRule): readonly string[] {
  const mistakes: string[] = [];
  if (rule.on === "submit" && rule.match?.task_id !== undefined) {
    mistakes.push(".match.task_id: a submit has no task id yet");
  }
  if (rule.kind === "early" && rule.match?.task_id !== undefined) {
    mistakes.push(".match.task_id: an early callback is decided before there is a task id");
  }
  if (rule.on === "status" && "accept" in rule) {
    mistakes.push(".accept: only a submit can be accepted");
  }
  if (
    rule.kind === "redeliver" &&
    (rule.for_ms ?? rule.every_ms ?? rule.timeout_ms) === undefined
  ) {
    mistakes.push(": redeliver takes for_ms, every_ms or timeout_ms");
  }
  if (rule.kind === "not_found_for" && (rule.calls === undefined) === (rule.ms === undefined)) {
    mistakes.push(": not_found_for takes either calls or ms");
  }
  if (
    "retry_after_as" in rule &&
    rule.retry_after_as === "date" &&
    (rule.retry_after === undefined || typeof rule.retry_after === "string")
  ) {
    mistakes.push(".retry_after_as: a date is made from retry_after in seconds");
  }
  return mistakes;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  if (issue.code === "unrecognized_keys") {
    return `${place}: unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  }
  if (issue.code === "invalid_union" && issue.path.at(-1) === "kind") {
    return `${place}: unknown kind, known are ${FAULT_KINDS.join(", ")}`;
  }
  return `${place === "" ? "faults" : place}: ${issue.message}`;
}
