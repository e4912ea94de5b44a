import type { Chore } from "./lane.ts";

/** T10, T11. Unconfirmed generations whose grace is over: held, or queued for another attempt. */
export const endGraces: Chore = async ({ journal, queue }, policy, limit) => {
  let grace = 0;
  for (const generation of await journal.listOverdue("unconfirmed", limit)) {
    const outcome = await journal.endGrace(generation.id, policy.ambiguity, policy.maxPaidAttempts);
    if (outcome.kind === "ignored") continue;
    grace++;
    if (outcome.wake === null) continue;
    const { id, attempt, priority } = generation;
    // A hint that gets lost here is made again by the next round.
    await queue.add([
      {
        id,
        wake: outcome.wake,
        priority,
        attempt: attempt.attempt,
        delayMs: 0,
      },
    ]);
  }
  return { grace };
};
