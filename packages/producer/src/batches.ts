import { laneOf } from "@apidot-queue/core";
import type { NewGeneration } from "@apidot-queue/journal";

/** Records per round trip: large enough to be fast, small enough not to hold others up. */
const BATCH = 125;

/** Runs of one lane, each at most {@link BATCH} long. */
export function batches(generations: readonly NewGeneration[]): NewGeneration[][] {
  const byLane = new Map<string, NewGeneration[]>();
  for (const generation of generations) {
    const lane = laneOf(generation.id);
    const sameLane = byLane.get(lane);
    if (sameLane === undefined) byLane.set(lane, [generation]);
    else sameLane.push(generation);
  }
  return [...byLane.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / BATCH) }, (_, n) =>
      all.slice(n * BATCH, (n + 1) * BATCH),
    ),
  );
}

/**
 * Works on the batches, begun in their order, at most `limit` at once. After a failure no further one
 * is begun; those under way are waited for, and the first failure is thrown.
 */
export async function inOrder<T>(
  all: readonly T[],
  limit: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  const failures: unknown[] = [];
  const take = async (): Promise<void> => {
    for (const one of waiting) {
      if (failures.length > 0) return;
      await work(one).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, take));
  if (failures.length > 0) throw failures[0];
}
