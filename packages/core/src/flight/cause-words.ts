import type { LifecycleEvent, RefusalCode } from "../lifecycle/event.ts";
import { type Generation, paidAttempts } from "../lifecycle/generation.ts";
import type { FoldedCode, FoldedEntry, SubmitTrace } from "./history-entry.ts";
import { spokenMs, spokenTime } from "./spoken-time.ts";

const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  rate_limited: "The upstream asked for a slower pace",
  upstream_unavailable: "The upstream said that it cannot serve now",
  upstream_misconfigured: "The address did not answer like the API",
};

const DENIALS = {
  authentication_error: "The upstream refused the API key",
  insufficient_credits: "The prepaid balance did not cover it",
} as const;

/** What a line says that stands for many. */
export function foldedWords(entry: FoldedEntry): string {
  const { refusalCount, lastAttempt, lastCode, inARowCount, otherCode, wokenCount } = entry;
  const took = spokenMs(entry.lastAt - entry.at);
  const attempts =
    refusalCount === 1
      ? `Attempt ${lastAttempt}`
      : `${refusalCount} attempts, the last one ${lastAttempt},`;
  const said: string[] = [];
  if (lastCode !== null) {
    said.push(
      `${attempts} came to nothing within ${took}, and nothing can have been paid for them.`,
    );
    const last = outcomeWords(lastCode);
    said.push(
      otherCode === null
        ? `${last}.`
        : `${last}, the last ${inARowCount} in a row; before, among others: ${otherCode}.`,
    );
  }
  if (wokenCount > 0) said.push(`Its wake-up hint was lost and made anew ${wokenCount} times.`);
  return said.join(" ");
}

function outcomeWords(code: FoldedCode): string {
  switch (code) {
    case "not_sent":
      return "No byte left";
    case "authentication_error":
    case "insufficient_credits":
      return DENIALS[code];
    case "rate_limited":
    case "upstream_unavailable":
    case "upstream_misconfigured":
      return REFUSALS[code];
  }
}

/** What happened and why it led to where it led, in sentences. */
export function causeWords(
  before: Generation,
  event: LifecycleEvent,
  after: Generation,
  trace: SubmitTrace | null,
): string {
  const said = eventWords(before, event, after, traceWords(trace));
  const isAskedFor = event.type === "cancel_requested";
  if (after.status === "canceled" && before.status !== "canceled" && !isAskedFor) {
    return `${said} The cancel that was asked for came first.`;
  }
  const isFailureInDoubt =
    event.type === "rejected" || event.type === "denied" || event.type === "expired";
  if (after.status === "held" && isFailureInDoubt) {
    return `${said} An earlier attempt may have been paid, so a person decides.`;
  }
  return said;
}

function eventWords(
  before: Generation,
  event: LifecycleEvent,
  after: Generation,
  how: string,
): string {
  const isDoubtLess = after.unresolved.length < before.unresolved.length && !isMoved(before, after);
  switch (event.type) {
    case "begun":
      return `Attempt ${event.attempt} was written down, before its first byte.`;
    case "expired":
      return "Nobody could submit it within its submit deadline.";
    case "not_sent":
      return isDoubtLess
        ? `Attempt ${event.attempt} turned out not to have been sent: one doubt less.`
        : `No byte of attempt ${event.attempt} left${how}.${againAfter(event, after)}`;
    case "refused": {
      const refusal = REFUSALS[event.code];
      if (isDoubtLess) return notPaid(`${refusal} at attempt ${event.attempt}${how}.`);
      return `${refusal} at attempt ${event.attempt}${how}.${againAfter(event, after)}`;
    }
    case "accepted":
      if (after.extraTaskIds.length > before.extraTaskIds.length) {
        return `Attempt ${event.attempt} was accepted too, as a second task ${event.taskId}: it may be paid as well.`;
      }
      if (isDoubtLess) {
        return `Attempt ${event.attempt} turned out to have made task ${event.taskId}, which is known: one doubt less.`;
      }
      return `The upstream accepted attempt ${event.attempt}${how} as task ${event.taskId}. It has until ${spokenTime(event.deadlineAt)}.`;
    case "rejected":
      if (isDoubtLess) return notPaid(`The upstream refused attempt ${event.attempt}${how}.`);
      return `The upstream refused the request of attempt ${event.attempt} for good${how}: it is never sent again unchanged.`;
    case "denied": {
      const denial = `${DENIALS[event.code]} at attempt ${event.attempt}${how}.`;
      if (isDoubtLess) return notPaid(denial);
      return after.status === "queued"
        ? `${denial} It waits for the account to be mended.`
        : denial;
    }
    case "answer_lost": {
      const wait = `A late answer is awaited for ${spokenMs(event.graceEndAt - event.at)}.`;
      return event.code === "unanswered"
        ? `The worker of attempt ${event.attempt} reported no outcome in time: it may have been sent and paid. ${wait}`
        : `Attempt ${event.attempt} was sent and no valid answer came${how}: it may be paid. ${wait}`;
    }
    case "grace_ended":
      return `No answer came by the end of the grace, so attempt ${before.attempt} stays unresolved.${afterGrace(event, after)}`;
    case "confirmed":
      // Attempt 0 is that of a task which was known: a look at it, and no callback, brought the news.
      if (event.attempt === 0) {
        return `A status call knows task ${event.taskId} again, and it is followed.`;
      }
      if (after.extraTaskIds.length > before.extraTaskIds.length) {
        return `A callback named task ${event.taskId} for attempt ${event.attempt} as a second one, and a status call confirmed it: it may be paid as well.`;
      }
      return isDoubtLess
        ? `A callback named task ${event.taskId}, which is known, for attempt ${event.attempt}, and a status call confirmed it: one doubt less.`
        : `A callback named task ${event.taskId} for attempt ${event.attempt}, and a status call confirmed it.`;
    case "finished":
      return "A status call said that the task is finished.";
    case "finished_late":
      return `A status call said that task ${event.taskId} finished after all.`;
    case "task_failed":
      return "A status call said that the task failed.";
    case "timed_out":
      return "Its deadline passed before the task ended.";
    case "untraceable":
      return event.reason === "task_not_found"
        ? "Status calls kept answering 404: the upstream no longer knows the task."
        : "The upstream kept refusing the status call for its task (400, 422, or 401, 403 for it alone).";
    case "poisoned":
      return "Its attempts kept ending with the worker's.";
    case "attached":
      return event.attempt === null
        ? `A person bound task ${event.taskId} to it.`
        : `A person bound task ${event.taskId} to it, as the one that attempt ${event.attempt} made.`;
    case "resubmitted": {
      const count = paidAttempts(before) + before.extraTaskIds.length;
      return count === 0
        ? "A person sent it again."
        : `A person sent it again, although ${submits(count)} may have been paid by then.`;
    }
    case "abandoned":
      return "A person gave it up.";
    case "cancel_requested":
      if (after.status === "failed") return "A cancel was asked for: a redrive leaves it out.";
      return after.status === "canceled"
        ? "A cancel was asked for, and nothing was under way."
        : "A cancel was asked for. What may be out upstream cannot be stopped: it is canceled at its next step.";
    case "redriven":
      return "The account was mended, and a person sent it again.";
  }
}

function isMoved(before: Generation, after: Generation): boolean {
  return after.status !== before.status || after.extraTaskIds.length > before.extraTaskIds.length;
}

function notPaid(said: string): string {
  return `${said} It came late, and says that nothing was paid for it: one doubt less.`;
}

/** @returns `2 submits`, `one submit`. */
export function submits(count: number): string {
  return count === 1 ? "one submit" : `${count} submits`;
}

function againAfter(
  { at, wakeAt }: { readonly at: number; readonly wakeAt: number },
  after: Generation,
): string {
  return after.status === "queued" ? ` It may begin again after ${spokenMs(wakeAt - at)}.` : "";
}

function afterGrace(
  { policy, maxPaidAttempts }: { readonly policy: string; readonly maxPaidAttempts: number },
  after: Generation,
): string {
  if (after.status === "queued") return " Another one may be sent.";
  if (after.status !== "held") return "";
  if (policy === "channel_silent") {
    return " Of the last tasks too few called back for its silence to mean anything: a person decides.";
  }
  if (policy === "look_unanswered") {
    return " A callback named a task, and for half an hour no status call confirmed it: a person decides.";
  }
  return policy === "hold"
    ? " Its attempt was begun under hold: a person decides."
    : ` No more than ${submits(maxPaidAttempts)} of it may be paid: a person decides.`;
}

function traceWords(trace: SubmitTrace | null): string {
  if (trace === null) return "";
  const { httpStatus, detail } = trace;
  const parts = [httpStatus === null ? "" : `HTTP ${httpStatus}`, detail ?? ""];
  return ` (${parts.filter((part) => part !== "").join(", ")})`;
}
