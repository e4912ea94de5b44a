import type { FlightRecord, FlightStep, FlightSubmit } from "./flight-record.ts";
import { spokenMs, spokenTime } from "./spoken-time.ts";

/** The flight record as text for people: a line each, none of them with a line break of its own. */
export function flightWords(record: FlightRecord): string {
  const { id, status, summary, money, awaited } = record;
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ["What happened", record.steps.map((step) => stepLine(step, record.createdAt))],
    ["Submits", record.submits.map(submitLine)],
    ["Polls", pollLines(record)],
    ["Money", [money.words, ...extraLines(record)]],
    ["Awaited", [awaitedLine(awaited, record.explainedAt)]],
    ["You can", record.actions.flatMap(({ command, words }) => [command, `  ${words}`])],
  ];
  const lines = [
    `${id}  ${status}`,
    summary,
    ...(record.message === null ? [] : [`The upstream said: ${record.message}`]),
    ...(record.retryOf === null ? [] : [`It retries ${record.retryOf}.`]),
    `${record.model}, lane ${record.lane}, stored ${spokenTime(record.createdAt)}`,
    ...blocks.flatMap(([title, block]) =>
      block.length === 0 ? [] : ["", title, ...block.map((line) => `  ${line}`)],
    ),
  ];
  return lines.map((line) => line.replaceAll(/\s*[\r\n]+\s*/g, " ")).join("\n");
}

function stepLine({ at, rule, from, to, cause, reason }: FlightStep, createdAt: number): string {
  const since = `+${spokenMs(at - createdAt)}`.padStart(9);
  const move = from === to ? to : `${from === null ? "" : `${from} → `}${to}`;
  const words = reason === null ? "" : ` “${reason}”`;
  return `${since}  ${(rule ?? "–").padEnd(6)}  ${move}: ${cause}${words}`;
}

const OUTCOMES: Readonly<Record<FlightSubmit["outcome"], string>> = {
  open: "under way",
  not_sent: "not sent",
  refused: "refused for now",
  accepted: "accepted",
  rejected: "refused for good",
  denied: "account refused",
  answer_lost: "sent, no valid answer",
  unanswered: "no outcome was reported",
};

function submitLine(submit: FlightSubmit): string {
  const { attempt, outcome, httpStatus, detail, durationMs, taskId, mayBePaid } = submit;
  const parts = [
    OUTCOMES[outcome],
    ...(httpStatus === null ? [] : [`HTTP ${httpStatus}`]),
    ...(detail === null ? [] : [detail]),
    ...(durationMs === null ? [] : [`within ${spokenMs(durationMs)}`]),
    ...(taskId === null ? [] : [taskId]),
    mayBePaid ? "may be paid" : "not paid",
  ];
  return `attempt ${attempt}: ${parts.join(", ")}`;
}

function pollLines({ polls, explainedAt }: FlightRecord): string[] {
  if (polls === null) return [];
  const { openCount, failedInARowCount, doubt, progress, nextAt } = polls;
  const parts = [
    `${openCount} said "not over"`,
    ...(progress === null ? [] : [`${progress} % done`]),
    ...(failedInARowCount === 0 ? [] : [`the last ${failedInARowCount} failed`]),
    ...(doubt === null ? [] : [`${doubt.count} in a row said ${DOUBTS[doubt.kind]}`]),
    ...(nextAt === null ? [] : [`the next one is due ${inTime(nextAt, explainedAt)}`]),
  ];
  return [`${parts.join(", ")}.`];
}

const DOUBTS = {
  not_found: "that there is no such task",
  rejected: "that the call is wrong",
  denied: "that the account may not ask for it",
};

function extraLines({ money }: FlightRecord): string[] {
  const { extraTaskIds } = money;
  return extraTaskIds.length === 0 ? [] : [`Further tasks: ${extraTaskIds.join(", ")}.`];
}

function awaitedLine(awaited: FlightRecord["awaited"], now: number): string {
  if (awaited === null) return "Nothing: it is settled.";
  const { what, by, until } = awaited;
  const limit =
    until === null ? "without a limit" : `until ${spokenTime(until)} (${inTime(until, now)})`;
  return `${what} By: ${by.replace("_", " ")}, ${limit}.`;
}

function inTime(at: number, now: number): string {
  return at > now ? `in ${spokenMs(at - now)}` : "now";
}
