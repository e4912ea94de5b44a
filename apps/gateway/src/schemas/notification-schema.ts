import { type LoggedNotification, NOTIFICATION_KINDS } from "@apidot-queue/journal";
import { messageId } from "@apidot-queue/notify";
import { z } from "zod";

const deliverySchema = z.object({
  attempt: z.int().min(1),
  at: z.iso.datetime(),
  outcome: z.string().meta({
    description:
      "delivered, gone, redirected, rejected, failed, timed_out, unreachable, forbidden, or superseded: not sent, as the generation went on again.",
  }),
  http_status: z.int().nullable(),
  duration_ms: z.number().min(0),
});

/** What the caller of a generation was told, and what came of it. */
export const notificationSchema = z
  .object({
    id: z.string().meta({ description: "The webhook-id of every delivery of it." }),
    type: z.enum(NOTIFICATION_KINDS.map((kind) => `generation.${kind}` as const)),
    at: z.iso.datetime(),
    state: z.enum(["pending", "delivered", "gone", "given_up"]),
    attempts: z.int().min(0),
    deliveries: z.array(deliverySchema),
  })
  .meta({ id: "Notification" });

/** All of one generation, the oldest first. */
export const notificationsSchema = z
  .object({ data: z.array(notificationSchema) })
  .meta({ id: "Notifications" });

/** Writes one for the wire. */
export function notificationJson(one: LoggedNotification): z.infer<typeof notificationSchema> {
  return {
    id: messageId(one.generationId, one.version),
    type: `generation.${one.kind}`,
    at: new Date(one.at).toISOString(),
    state: one.state,
    attempts: one.attempts,
    deliveries: one.deliveries.map(({ attempt, at, outcome, httpStatus, durationMs }) => ({
      attempt,
      at: new Date(at).toISOString(),
      outcome,
      http_status: httpStatus,
      duration_ms: durationMs,
    })),
  };
}
