import { describeTask } from "../api/describe-task.ts";
import { factsOf, type FaultPlan } from "../faults/fault-plan.ts";
import type { FaultOf } from "../faults/fault-rule.ts";
import { isShaping } from "../faults/fault-slot.ts";
import { shapeAnswer } from "../faults/spoil-answer.ts";
import { success } from "../http/answer.ts";
import type { Task } from "../tasks/task.ts";
import { planRedelivery, type Redelivery } from "./redelivery.ts";

/** When a callback is sent. */
type CallbackStart =
  | { readonly kind: "now" | "lost" }
  | { readonly kind: "late"; readonly delayMs: number }
  /** Behind that many callbacks of other tasks, or after a time if they do not come. */
  | { readonly kind: "behind"; readonly count: number; readonly atMostMs: number };

/** A body that the upstream would not have sent. */
interface Forgery {
  readonly body: string;
  /** The task that it claims to be about. */
  readonly claimedTaskId: string;
}

/** What is sent for the end of one task. */
export interface CallbackPlan {
  readonly body: string;
  readonly start: CallbackStart;
  /** How many copies go out beside the first delivery. */
  readonly copyCount: number;
  readonly forgeries: readonly Forgery[];
  readonly redelivery: Redelivery;
}

const DEFAULT_BEHIND = 1;
const DEFAULT_AT_MOST_MS = 5_000;

/**
 * Decides everything about a callback at the end of its task.
 *
 * @param options `previous`: the task that ended before this one, for a forgery to name;
 *   `unknownId`: an id that no task has.
 */
export function planCallback(options: {
  readonly task: Task;
  readonly faults: FaultPlan;
  readonly nowMs: number;
  readonly speed: number;
  readonly previous: Task | undefined;
  readonly unknownId: string;
}): CallbackPlan {
  const { task, faults, nowMs, speed } = options;
  const facts = factsOf(task);
  const write = (told: Task): string => {
    let answer = success(describeTask(told, told.endsAtMs, told.filesOrigin));
    for (const rule of shapes) answer = shapeAnswer(answer, rule);
    if (!isBare || typeof answer.body === "string") return JSON.stringify(answer.body);
    return JSON.stringify(answer.body.data);
  };
  const shapes = faults
    .drawAll("callback", "shape", facts, nowMs)
    .map(({ rule }) => rule)
    .filter(isShaping);
  const isBare = faults.drawOne("callback", "envelope", facts, nowMs) !== undefined;
  const extras = faults.drawAll("callback", "extra", facts, nowMs).map(({ rule }) => rule);
  const pace = faults.drawOne("callback", "pace", facts, nowMs)?.rule;
  return {
    body: write(task),
    // An early one has been asked for in time, and waits for nothing any more.
    start: task.isEarly ? { kind: "now" } : drawStart(faults, facts, nowMs),
    copyCount: extras
      .filter((rule) => rule.kind === "doubled")
      .reduce((count, { copies = 2 }) => count + copies - 1, 0),
    forgeries: extras
      .filter((rule) => rule.kind === "forged")
      .map((rule) => {
        const told = forge(rule, options);
        return { body: write(told), claimedTaskId: told.id };
      }),
    redelivery: planRedelivery(speed, pace?.kind === "redeliver" ? pace : undefined),
  };
}

function drawStart(
  faults: FaultPlan,
  facts: ReturnType<typeof factsOf>,
  nowMs: number,
): CallbackStart {
  const rule = faults.drawOne("callback", "send", facts, nowMs)?.rule;
  if (rule?.kind === "lost") return { kind: "lost" };
  if (rule?.kind === "late") return { kind: "late", delayMs: rule.delay_ms };
  if (rule?.kind === "reordered") {
    const { behind: count = DEFAULT_BEHIND, at_most_ms: atMostMs = DEFAULT_AT_MOST_MS } = rule;
    return { kind: "behind", count, atMostMs };
  }
  return { kind: "now" };
}

function forge(
  rule: FaultOf<"forged">,
  { task, previous, unknownId }: Parameters<typeof planCallback>[0],
): Task {
  switch (rule.as ?? "unknown") {
    case "opposite":
      return {
        ...task,
        outcome:
          task.outcome.status === "finished"
            ? { status: "failed", errorMessage: "generation failed" }
            : { status: "finished" },
      };
    case "other":
      return previous ?? { ...task, id: unknownId };
    case "unknown":
      return { ...task, id: unknownId };
  }
}
