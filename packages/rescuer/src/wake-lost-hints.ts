import { NO_SUBMIT_DEADLINE, type Overdue } from "@apidot-queue/journal";

import type { Chore, RescuedLane } from "./lane.ts";

/** How long a hint that is still in the queue is left alone before it is looked for again. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Batches a round. With 200 to a batch and a round every 5 s that is 1,000 hints a second, whatever
 * waits: of 100,000 the last one is looked for after 100 s.
 */
const BATCHES = 25;

/**
 * Queued generations whose hint should have fired: the job was lost, or was never added. A hint
 * that is still there waits for its turn; that is no loss.
 */
export const wakeLostHints: Chore = async (lane, policy, limit) => {
  const moved = { hint: 0, expired: 0 };
  for (let batch = 0; batch < BATCHES; batch++) {
    const overdue = await lane.journal.listOverdue("queued", limit);
    const old = overdue.filter(({ ageMs }) => isTooOld(ageMs, policy.submitDeadlineMs));
    for (const { id } of old) {
      const late = await lane.journal.expire(id, policy.submitDeadlineMs);
      if (late.kind === "changed") moved.expired++;
    }
    const rest = overdue.filter((generation) => !old.includes(generation));
    moved.hint += await wakeLost(lane, rest);
    if (overdue.length < limit) break;
  }
  return moved;
};

/** @returns how many hints were lost */
async function wakeLost({ journal, queue }: RescuedLane, due: readonly Overdue[]): Promise<number> {
  const alive = await queue.livingHints(due);
  await journal.keepHints(
    due.filter((_, index) => alive[index] === true),
    LOOK_AGAIN_MS,
  );
  const lost = due.filter((_, index) => alive[index] !== true);
  const wakes = await journal.wake(lost, LOOK_AGAIN_MS);
  const hints = lost.flatMap(({ id, attempt, priority }, index) => {
    const wake = wakes[index] ?? null;
    return wake === null ? [] : [{ id, wake, priority, attempt: attempt.attempt, delayMs: 0 }];
  });
  // Hints that get lost here are made again after the same time.
  await queue.add(hints);
  return hints.length;
}

function isTooOld(ageMs: number, submitDeadlineMs: number): boolean {
  return submitDeadlineMs !== NO_SUBMIT_DEADLINE && ageMs > submitDeadlineMs;
}
