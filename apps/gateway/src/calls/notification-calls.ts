import { z } from "zod";

import { notificationSchema, notificationsSchema } from "../schemas/notification-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL, ANY_JSON_BODY } from "./common-problems.ts";

const NOTIFICATION = {
  id: "default_01kat5k3v8q2x7m4n9p0r1s2t3_4",
  type: "generation.succeeded",
  at: "2026-11-20T12:00:00.000Z",
  state: "delivered",
  attempts: 2,
  deliveries: [
    {
      attempt: 1,
      at: "2026-11-20T12:00:00.210Z",
      outcome: "failed",
      http_status: 502,
      duration_ms: 31,
    },
    {
      attempt: 2,
      at: "2026-11-20T12:00:05.320Z",
      outcome: "delivered",
      http_status: 204,
      duration_ms: 18,
    },
  ],
};

/** Calls about what callers are told. */
export const NOTIFICATION_CALLS = [
  {
    id: "listNotifications",
    method: "get",
    path: "/v1/generations/{id}/notifications",
    access: "read",
    tag: "generations",
    summary: "What the caller of a generation was told",
    description: "The delivery log: each notification with its last 30 deliveries.",
    query: z.strictObject({}),
    answers: [
      {
        status: 200,
        description: "All of them, the oldest first; none where no notify_url was given.",
        schema: notificationsSchema,
        examples: { delivered: { data: [NOTIFICATION] }, none: { data: [] } },
      },
    ],
    problems: [...ANY_CALL, "invalid_request", "not_found", "unavailable"],
  },
  {
    id: "replayNotification",
    method: "post",
    path: "/v1/notifications/{message_id}/replay",
    access: "submit",
    tag: "generations",
    summary: "Deliver a notification once more",
    description:
      "Under the same id, whatever came of it before, with its schedule from the beginning. It takes no body; one that comes must be JSON.",
    query: z.strictObject({}),
    body: { schema: z.looseObject({}), isRequired: false, examples: { nothing: {} } },
    answers: [
      {
        status: 202,
        description: "It is due now.",
        schema: notificationSchema,
        examples: { pending: { ...NOTIFICATION, state: "pending" } },
      },
    ],
    problems: [...ANY_CALL, ...ANY_JSON_BODY, "invalid_request", "not_found", "unavailable"],
  },
] as const satisfies readonly Call[];
