import { enqueueBodySchema, STATUSES } from "@apidot-queue/core";
import { z } from "zod";

import { listQuerySchema, pageSchema } from "../schemas/list-schema.ts";
import { recordSchema } from "../schemas/record-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL, ANY_JSON_BODY } from "./common-problems.ts";
import { idempotencyHeaders } from "./idempotency-header.ts";
import { ENQUEUE_EXAMPLES } from "./request-examples.ts";
import { RECORD_EXAMPLES } from "./record-examples.ts";

const noQuery = z.strictObject({});

/** Calls about generations. */
export const GENERATION_CALLS = [
  {
    id: "enqueueGeneration",
    method: "post",
    path: "/v1/generations",
    access: "submit",
    tag: "generations",
    summary: "Enqueue a generation",
    description:
      "Answers once the record is stored. Model and input are stored and sent as given, without defaults added. Metadata takes at most 50 keys, 4,096 bytes serialised and 8 levels; a body at most 256 KiB. With ALLOW_UNKNOWN_MODELS the gateway takes other models too, their input unchecked.",
    query: noQuery,
    headers: idempotencyHeaders(
      "The same key with the same model and input gives the same generation, however often it is sent.",
    ),
    body: { schema: enqueueBodySchema, isRequired: true, examples: ENQUEUE_EXAMPLES },
    answers: [
      {
        status: 202,
        description: "It is stored and queued, or was before under the same key.",
        schema: recordSchema,
        examples: { queued: RECORD_EXAMPLES.queued },
        hasLocation: true,
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "forbidden_lane",
      "invalid_request",
      "idempotency_key_in_use",
      "idempotency_key_reused",
      "not_stored",
      "storage_unknown",
    ],
  },
  {
    id: "listGenerations",
    method: "get",
    path: "/v1/generations",
    access: "read",
    tag: "generations",
    summary: "List generations, newest first",
    description:
      "Pages neither repeat nor skip a generation, whatever is enqueued meanwhile. The work for a page is bounded, so with a filter that matches little a page may be short or empty although more follow: only a next_cursor of null is the end. A status is that of the moment of reading.",
    query: listQuerySchema,
    answers: [
      {
        status: 200,
        description: "A page.",
        schema: pageSchema,
        examples: {
          page: {
            data: [RECORD_EXAMPLES.running, RECORD_EXAMPLES.queued],
            next_cursor: "MS4xNzk1MTY1MjAwMDAwLTAuZlZ4S2tWOVRyWlJB",
          },
          nothing: { data: [], next_cursor: null },
        },
      },
    ],
    problems: [...ANY_CALL, "forbidden_lane", "invalid_request", "unavailable"],
  },
  {
    id: "getGeneration",
    method: "get",
    path: "/v1/generations/{id}",
    access: "read",
    tag: "generations",
    summary: "Read a generation",
    query: noQuery,
    answers: [
      {
        status: 200,
        description: "The record.",
        schema: recordSchema,
        examples: Object.fromEntries(STATUSES.map((status) => [status, RECORD_EXAMPLES[status]])),
      },
    ],
    problems: [...ANY_CALL, "invalid_request", "not_found", "unavailable"],
  },
  {
    id: "cancelGeneration",
    method: "post",
    path: "/v1/generations/{id}/cancel",
    access: "submit",
    tag: "generations",
    summary: "Cancel a generation",
    description:
      "What waits is canceled at once. What may be out upstream cannot be stopped: the wish is stored, and it is canceled at its next step. Harmless when repeated. It takes no body; one that comes must be JSON.",
    query: noQuery,
    body: { schema: z.looseObject({}), isRequired: false, examples: { nothing: {} } },
    answers: [
      {
        status: 200,
        description: "The record, canceled or with the wish in cancel_requested_at.",
        schema: recordSchema,
        examples: { canceled: RECORD_EXAMPLES.canceled },
      },
    ],
    problems: [...ANY_CALL, ...ANY_JSON_BODY, "invalid_request", "not_found", "unavailable"],
  },
] as const satisfies readonly Call[];
