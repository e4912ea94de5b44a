import { z } from "zod";

import { taskAnswerSchema } from "../schemas/drop-in-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL, ANY_JSON_BODY } from "./common-problems.ts";
import { idempotencyHeaders } from "./idempotency-header.ts";

const TASK = {
  task_id: "default_01jd6x3v4mqz8h5n2w7r9k0b1c",
  status: "not_started",
  created_time: "2026-11-20T21:19:42",
};
const FILES = [{ file_url: "https://files.example.com/kayak.mp4", file_type: "video" }];

/** The upstream's own calls, for clients that were written for it. */
export const DROP_IN_CALLS = [
  {
    id: "submitAsUpstream",
    method: "post",
    path: "/api/generate/submit",
    access: "submit",
    form: "upstream",
    tag: "drop-in",
    summary: "Submit, as to the upstream",
    description:
      "The upstream's own contract: a client that was written for it needs another base URL and a token of this gateway as its key, or any key where no tokens are set. The task is a generation, and its id the generation's. callback_url gets a notification in the upstream's form. While the lane is halted for its key or its credits nothing is stored, and the answer is the upstream's own.",
    query: z.strictObject({}),
    headers: idempotencyHeaders(
      "More than the upstream offers: the same key with the same model and input gives the same task.",
    ),
    body: {
      schema: z
        .object({
          model: z.string(),
          callback_url: z.string().optional(),
          input: z.record(z.string(), z.unknown()),
        })
        .meta({ id: "SubmitBody" }),
      isRequired: true,
      examples: { text: { model: "veo3.1-lite", input: { prompt: "A kayak on a glacier lake" } } },
    },
    answers: [
      {
        status: 200,
        description: "It is stored and queued.",
        schema: taskAnswerSchema,
        examples: { submitted: { code: 200, data: TASK } },
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "unauthorized",
      "lane_key_refused",
      "lane_out_of_credits",
      "invalid_request",
      "forbidden_lane",
      "idempotency_key_in_use",
      "idempotency_key_reused",
      "not_stored",
      "storage_unknown",
      "unavailable",
    ],
  },
  {
    id: "statusAsUpstream",
    method: "get",
    path: "/api/generate/status/{task_id}",
    access: "read",
    form: "upstream",
    tag: "drop-in",
    summary: "Read a task, as from the upstream",
    query: z.strictObject({}),
    answers: [
      {
        status: 200,
        description: "The task.",
        schema: taskAnswerSchema,
        examples: {
          running: { code: 200, data: { ...TASK, status: "running", progress: 40 } },
          finished: {
            code: 200,
            data: {
              ...TASK,
              status: "finished",
              progress: 100,
              output: { files: FILES },
              files: FILES,
            },
          },
          failed: {
            code: 200,
            data: { ...TASK, status: "failed", error_message: "the content was refused" },
          },
        },
      },
    ],
    problems: [...ANY_CALL, "unauthorized", "invalid_request", "not_found", "unavailable"],
  },
] as const satisfies readonly Call[];
