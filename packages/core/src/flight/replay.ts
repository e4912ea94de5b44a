import type { LifecycleEvent } from "../lifecycle/event.ts";
import type { FoldedCode, FoldedEntry, HistoryEntry } from "./history-entry.ts";

/** The events of a line of history, in order: applied through `transition` they give the record. */
export function* eventsOf(entry: HistoryEntry): Generator<LifecycleEvent> {
  if (entry.kind === "event") yield entry.event;
  if (entry.kind === "folded") yield* unfolded(entry);
}

/** Only what the record came to is kept: the fences and times in between are made up. */
function* unfolded(entry: FoldedEntry): Generator<LifecycleEvent> {
  const { at, lastAt, refusalCount, lastAttempt, lastCode, inARowCount, otherCode } = entry;
  for (let left = refusalCount - 1; left >= 0; left--) {
    const ref = { attempt: lastAttempt - left, fence: "folded" };
    yield { type: "begun", at, ...ref, sendDeadlineAt: at };
    const code = left < inARowCount ? lastCode : otherCode;
    if (code !== null) yield refusalOf(code, left === 0 ? lastAt : at, ref, entry.wakeAt);
  }
}

function refusalOf(
  code: FoldedCode,
  at: number,
  ref: { readonly attempt: number; readonly fence: string },
  wakeAt: number,
): LifecycleEvent {
  switch (code) {
    case "not_sent":
      return { type: "not_sent", at, ...ref, wakeAt };
    case "authentication_error":
    case "insufficient_credits":
      return { type: "denied", at, ...ref, code, park: true };
    case "rate_limited":
    case "upstream_unavailable":
    case "upstream_misconfigured":
      return { type: "refused", at, ...ref, code, wakeAt };
  }
}
