import { newGenerationId } from "@apidot-queue/core";
import type { NewGeneration } from "@apidot-queue/journal";

/** A generation ready to be enqueued: the smallest valid request, default options. */
export function buildNewGeneration(
  lane: string,
  overrides: Partial<NewGeneration> = {},
): NewGeneration {
  return {
    id: newGenerationId(lane, Date.now()),
    model: "veo3.1-lite",
    input: { prompt: "a paper boat on a quiet lake" },
    priority: "normal",
    estimate: { credits: 20, catalogDate: "2026-06-14" },
    deadlineMs: null,
    options: {
      tenant: "default",
      userId: null,
      metadata: null,
      notifyUrl: null,
      idempotencyKey: null,
    },
    ...overrides,
  };
}
