import { decisionBodySchema, laneDecisionBodySchema } from "@apidot-queue/core";
import { z } from "zod";

import { laneResolvedSchema, paidWarning, resolvedSchema } from "../schemas/decision-schema.ts";
import { explanationSchema } from "../schemas/explain-schema.ts";
import { recordSchema } from "../schemas/record-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL, ANY_JSON_BODY } from "./common-problems.ts";
import { EXPLANATION_EXAMPLE } from "./explanation-example.ts";
import { idempotencyHeaders } from "./idempotency-header.ts";
import { RECORD_EXAMPLES } from "./record-examples.ts";

const noQuery = z.strictObject({});
const MAY_BE_PAID = 1;

/** Calls of a person who looks after generations. */
export const DECISION_CALLS = [
  {
    id: "retryGeneration",
    method: "post",
    path: "/v1/generations/{id}/retry",
    access: "submit",
    tag: "generations",
    summary: "Retry a generation that failed or was canceled",
    description:
      "Makes a new generation of the same request and options; the old one stays as it is. With an Idempotency-Key a second click makes no second one. It takes no body; one that comes must be JSON.",
    query: noQuery,
    headers: idempotencyHeaders(
      "The same key for the same generation gives the same retry, however often it is sent.",
    ),
    body: { schema: z.looseObject({}), isRequired: false, examples: { nothing: {} } },
    answers: [
      {
        status: 202,
        description: "The new generation is stored and queued.",
        schema: recordSchema,
        examples: {
          queued: {
            ...RECORD_EXAMPLES.queued,
            id: "default_01kat5m0c4y7e9h1j3k5m7p9q1",
            retry_of: RECORD_EXAMPLES.failed.id,
          },
        },
        hasLocation: true,
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "invalid_request",
      "not_found",
      "not_retryable",
      "idempotency_key_in_use",
      "idempotency_key_reused",
      "not_stored",
      "storage_unknown",
      "unavailable",
    ],
  },
  {
    id: "resolveGeneration",
    method: "post",
    path: "/v1/generations/{id}/resolve",
    access: "admin",
    tag: "generations",
    summary: "Decide about a held generation",
    description:
      "attach follows a task that is known, resubmit sends it again, abandon ends it as failed. The reason is kept with it. A resubmit may pay once more: the answer says how many submits may have been paid already.",
    query: noQuery,
    body: {
      schema: decisionBodySchema,
      isRequired: true,
      examples: {
        attach: {
          action: "attach",
          task_id: "task-unified-1795165201-uyujaw3d",
          attempt: 1,
          reason: "found on the usage page",
        },
        resubmit: { action: "resubmit", reason: "the upstream confirms that it has no such task" },
        abandon: { action: "abandon", reason: "nobody waits for it any more" },
      },
    },
    answers: [
      {
        status: 200,
        description: "It was held, and is no more.",
        schema: resolvedSchema,
        examples: {
          resubmit: {
            generation: { ...RECORD_EXAMPLES.queued, attempts: 1 },
            may_be_paid: MAY_BE_PAID,
            warning: paidWarning("resubmit", MAY_BE_PAID),
          },
        },
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "invalid_request",
      "not_found",
      "not_held",
      "task_taken",
      "unavailable",
    ],
  },
  {
    id: "explainGeneration",
    method: "get",
    path: "/v1/generations/{id}/explain",
    access: "read",
    tag: "generations",
    summary: "Explain a generation",
    description:
      "What happened and why, each submit, what it may have cost, what is awaited and what a person can do. With Accept: text/plain the same in words. It tells nothing of the prompt, of URLs or of keys.",
    query: noQuery,
    answers: [
      {
        status: 200,
        description: "The flight record.",
        schema: explanationSchema,
        examples: { held: EXPLANATION_EXAMPLE },
        alsoAsText: true,
      },
    ],
    problems: [...ANY_CALL, "invalid_request", "not_found", "unavailable"],
  },
  {
    id: "resolveLane",
    method: "post",
    path: "/v1/lanes/{lane}/resolve",
    access: "admin",
    tag: "generations",
    summary: "Decide about all held generations of a lane",
    description:
      "The longest held come first, at most limit of them; repeat the call while remaining is above 0. Each is decided on by itself, so a call that broke off may simply be repeated.",
    query: noQuery,
    body: {
      schema: laneDecisionBodySchema,
      isRequired: true,
      examples: {
        resubmit: { action: "resubmit", reason: "the upstream lost them all", limit: 500 },
      },
    },
    answers: [
      {
        status: 200,
        description: "How many were decided on, and how many are held now.",
        schema: laneResolvedSchema,
        examples: {
          resubmit: {
            resolved: 500,
            remaining: 12,
            may_be_paid: MAY_BE_PAID,
            warning: paidWarning("resubmit", MAY_BE_PAID),
          },
        },
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "forbidden_lane",
      "invalid_request",
      "not_found",
      "unavailable",
    ],
  },
] as const satisfies readonly Call[];
