import { NO_SUBMIT_DEADLINE } from "@apidot-queue/journal";

import type { Chore } from "./lane.ts";

/** How long a hint that is still in the queue is left alone before it is looked for again. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Queued generations whose hint should have fired: the job was lost, or was never added. A hint
 * that is still there waits for its turn; that is no loss.
 */
export const wakeLostHints: Chore = async ({ journal, queue }, policy, limit) => {
  const overdue = await journal.listOverdue("queued", limit);
  const alive = await queue.livingHints(overdue);
  let hint = 0;
  let expired = 0;
  for (const [index, generation] of overdue.entries()) {
    if (isTooOld(generation.ageMs, policy.submitDeadlineMs)) {
      const late = await journal.expire(generation.id, policy.submitDeadlineMs);
      if (late.kind === "changed") expired++;
      continue;
    }
    if (alive[index] === true) {
      await journal.keepHint(generation, LOOK_AGAIN_MS);
      continue;
    }
    const wake = await journal.wake(generation, LOOK_AGAIN_MS);
    if (wake === null) continue;
    const { id, attempt, priority } = generation;
    await queue.add([{ id, wake, priority, attempt: attempt.attempt, delayMs: 0 }]);
    hint++;
  }
  return { hint, expired };
};

function isTooOld(ageMs: number, submitDeadlineMs: number): boolean {
  return submitDeadlineMs !== NO_SUBMIT_DEADLINE && ageMs > submitDeadlineMs;
}
