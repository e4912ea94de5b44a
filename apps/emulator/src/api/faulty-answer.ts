import type { CallFacts, FaultPlan } from "../faults/fault-plan.ts";
import type { FaultCall } from "../faults/fault-rule.ts";
import { isReplacing, isShaping, isSpoiling } from "../faults/fault-slot.ts";
import { replaceAnswer } from "../faults/replace-answer.ts";
import { shapeAnswer, spoilAnswer } from "../faults/spoil-answer.ts";
import type { Answer } from "../http/answer.ts";

/** How much later than at once a call is answered, in ms. */
export function delayOf(faults: FaultPlan, on: FaultCall, facts: CallFacts, nowMs: number): number {
  return faults
    .drawAll(on, "delay", facts, nowMs)
    .reduce((sumMs, { rule }) => sumMs + (rule.kind === "slow" ? rule.delay_ms : 0), 0);
}

/** The honest answer as the faults behind the acceptance let it out: first its shape, then its fate. */
export function dressAnswer(
  faults: FaultPlan,
  on: FaultCall,
  facts: CallFacts,
  honest: Answer,
  context: { readonly nowMs: number; readonly selfUrl: string },
): Answer {
  let answer = honest;
  for (const { rule } of faults.drawAll(on, "shape", facts, context.nowMs)) {
    if (isShaping(rule)) answer = shapeAnswer(answer, rule);
  }
  const hit = faults.drawOne(on, "after", facts, context.nowMs);
  if (hit === undefined) return answer;
  const { rule, waitMs } = hit;
  if (isSpoiling(rule)) return spoilAnswer(answer, rule);
  return isReplacing(rule) ? replaceAnswer({ rule, waitMs }, context).answer : answer;
}
