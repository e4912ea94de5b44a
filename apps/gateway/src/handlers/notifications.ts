import { parseMessageId } from "@apidot-queue/notify";

import type { Handler } from "../answer-call.ts";
import { problem } from "../problem.ts";
import { notificationJson } from "../schemas/notification-schema.ts";
import { withId } from "./one-generation.ts";

/** `GET /v1/generations/{id}/notifications` */
export function listNotifications(): Handler {
  return ({ caller: { producer } }) =>
    withId(async (id, c) => {
      const notifications = await producer.notifications(id);
      return c.json({ data: notifications.map(notificationJson) });
    });
}

/** `POST /v1/notifications/{message_id}/replay`. A body says nothing here. */
export function replayNotification(): Handler {
  return ({ caller: { producer } }) =>
    async (c) => {
      const named = parseMessageId(c.req.param("message_id") ?? "");
      if (named === null) return problem("not_found");
      const { generationId, version } = named;
      if (!(await producer.replayNotification(generationId, version))) return problem("not_found");
      const all = await producer.notifications(generationId);
      const replayed = all.find((one) => one.version === version);
      return replayed === undefined
        ? problem("not_found")
        : c.json(notificationJson(replayed), 202);
    };
}
