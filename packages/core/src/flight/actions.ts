import { ERROR_CODES } from "../errors/error-code.ts";
import type { Generation } from "../lifecycle/generation.ts";
import { submits } from "./cause-words.ts";
import type { FlightAction, FlightFacts, LaneObstacle } from "./flight-record.ts";

const PROGRAM = "apidot-queue";
const REASON = '--reason "<why>"';

/** What a person can do now. */
export function actionsOf(
  { stored: { generation }, deadlineAt }: FlightFacts,
  mayBePaidCount: number,
  lane: LaneObstacle | null,
): FlightAction[] {
  const { id } = generation;
  switch (generation.status) {
    case "queued":
      return [...laneAction(lane), cancel(id, "Gives it up at once.")];
    case "submitting":
    case "unconfirmed":
    case "running":
      return [
        ...(generation.status === "running" && deadlineAt === null ? laneAction(lane) : []),
        action(`watch ${id}`, "Follows it to its end."),
        ...(generation.cancelRequestedAt === null
          ? [cancel(id, "Gives it up at its next step; what is out upstream goes on.")]
          : []),
      ];
    case "held":
      return heldActions(generation, mayBePaidCount);
    case "failed": {
      const advice = ERROR_CODES[generation.reason].retryable
        ? "Makes a new generation of the same request."
        : "Makes a new generation of the same request; unless the cause is mended it fails again.";
      return [retry(id, advice, mayBePaidCount)];
    }
    case "canceled":
      return [retry(id, "Makes a new generation of the same request.", mayBePaidCount)];
    case "succeeded":
      return [];
  }
}

function heldActions({ id, unresolved }: Generation, mayBePaidCount: number): FlightAction[] {
  const attempts = unresolved.map(({ attempt }) => attempt).join(" or ");
  const chosen = unresolved.length > 1 ? `<${attempts}>` : attempts;
  const attempt = chosen === "" ? "" : ` --attempt ${chosen}`;
  return [
    action(
      `resolve ${id} attach --task-id <task id>${attempt} ${REASON}`,
      "Follows a task that you found upstream; nothing is paid for again.",
    ),
    paying(action(`resolve ${id} resubmit ${REASON}`, "Sends it again."), mayBePaidCount),
    action(`resolve ${id} abandon ${REASON}`, "Ends it as failed."),
    cancel(id, "Ends it as canceled."),
  ];
}

function retry(id: string, words: string, mayBePaidCount: number): FlightAction {
  return paying(action(`retry ${id}`, words), mayBePaidCount);
}

function cancel(id: string, words: string): FlightAction {
  return action(`cancel ${id}`, words);
}

function laneAction(lane: LaneObstacle | null): FlightAction[] {
  const command = lane?.command ?? null;
  return command === null ? [] : [{ command, words: "Opens the lane again.", mayPayAgain: false }];
}

function action(command: string, words: string): FlightAction {
  return { command: `${PROGRAM} ${command}`, words, mayPayAgain: false };
}

/** Nobody pays twice unknowingly. */
function paying(one: FlightAction, mayBePaidCount: number): FlightAction {
  if (mayBePaidCount === 0) return one;
  const words = `${one.words} It may be paid again: ${submits(mayBePaidCount)} may have been already.`;
  return { ...one, words, mayPayAgain: true };
}
