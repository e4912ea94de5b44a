import { createHash } from "node:crypto";

import {
  type Catalog,
  canonicalJson,
  DEFAULT_LANE,
  enqueuedGeneration,
  type EnqueueOptions,
  estimateCredits,
  type GenerationRequest,
  laneOf,
  newGenerationId,
  NO_POLLS,
  type UncheckedRequest,
} from "@apidot-queue/core";
import type { NewGeneration, Retry, StoredGeneration } from "@apidot-queue/journal";

/** Options of one enqueue. */
export interface ProducerOptions extends EnqueueOptions {
  /** The same key with the same request gives the same generation, however often it is sent. */
  readonly idempotencyKey?: string | undefined;
  /** In whose words `notifyUrl` is told: ours, or the upstream's. @defaultValue "standard" */
  readonly notifyShape?: "standard" | "upstream" | undefined;
}

/** A valid request with its options. */
export interface ValidEnqueue {
  readonly request: GenerationRequest | UncheckedRequest;
  readonly options: ProducerOptions;
}

/** Builds what the journal stores; the id is made here, before anything is written. */
export function newGeneration(
  { request, options }: ValidEnqueue,
  tenant: string,
  catalog: Catalog,
  defaultLane: string = DEFAULT_LANE,
): NewGeneration {
  return {
    id: newGenerationId(options.lane ?? defaultLane, Date.now()),
    model: request.model,
    input: request.input,
    priority: options.priority ?? "normal",
    estimate: estimateCredits(request, catalog),
    deadlineMs: options.deadlineMs ?? null,
    options: {
      tenant,
      userId: options.userId ?? null,
      metadata: options.metadata ?? null,
      notifyUrl: options.notifyUrl ?? null,
      ...(options.notifyShape === "upstream" ? { notifyShape: options.notifyShape } : {}),
      idempotencyKey: options.idempotencyKey ?? null,
    },
  };
}

/** Digest of what makes two requests the same: the canonical JSON of model and input. */
export function requestDigest(request: {
  readonly model: string;
  readonly input: unknown;
}): string {
  const { model, input } = request;
  return createHash("sha256").update(canonicalJson({ model, input })).digest("base64url");
}

/** What the journal would return for a generation that was stored just now. */
export function storedJustNow(
  generation: NewGeneration | Retry,
  createdAt: number,
): StoredGeneration {
  const { id, model, input, priority, estimate, options } = generation;
  const lane = laneOf(id);
  return {
    generation: enqueuedGeneration({ id, lane, model, priority, createdAt }, createdAt),
    request: { model, input },
    options,
    estimate,
    submittedAt: null,
    deadlineAt: null,
    deadlineMs: generation.deadlineMs,
    polls: NO_POLLS,
    isTaskFailed: false,
    files: [],
    message: null,
    retryOf: "retryOf" in generation ? generation.retryOf : null,
  };
}
