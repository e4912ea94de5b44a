import type { GenerationFacts, Queued } from "./generation.ts";

/** The first moment of a generation: stored, and nothing has happened to it yet. */
export function enqueuedGeneration(
  facts: Pick<GenerationFacts, "id" | "lane" | "model" | "priority" | "createdAt">,
  wakeAt: number,
): Queued {
  return {
    status: "queued",
    ...facts,
    version: 1,
    attempt: 0,
    unresolved: [],
    settlement: 1,
    cancelRequestedAt: null,
    extraTaskIds: [],
    lastError: null,
    refusalCount: 0,
    wakeAt,
  };
}
