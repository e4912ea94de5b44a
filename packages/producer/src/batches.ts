import { laneOf } from "@apidot-queue/core";
import type { NewGeneration } from "@apidot-queue/journal";

/** Records per round trip: large enough to be fast, small enough not to hold others up. */
const BATCH = 250;

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
