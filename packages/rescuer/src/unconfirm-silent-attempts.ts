import { graceWithoutCallbackMs } from "@apidot-queue/core";

import type { Chore } from "./lane.ts";

/**
 * T7. Attempts whose holder fell silent: past the send deadline, the request's own limit and a
 * margin for clocks, whatever was sent has an answer that nobody stored.
 */
export const unconfirmSilentAttempts: Chore = async ({ journal }, policy, limit) => {
  let unanswered = 0;
  for (const generation of await journal.listOverdue("submitting", limit)) {
    const { confirmGraceMs, ambiguity } = policy;
    const settings = { confirmGraceMs, policy: ambiguity };
    const grace = {
      withoutCallbackMs: graceWithoutCallbackMs(settings, generation.unresolvedCount),
      withCallbackMs: confirmGraceMs,
    };
    const outcome = await journal.unconfirm(generation.attempt, "unanswered", grace);
    if (outcome.kind === "changed") unanswered++;
  }
  return { unanswered };
};
