import { LANE_NAME } from "@apidot-queue/core";
import { z } from "zod";

/** Which lane is followed. */
export const laneEventsQuerySchema = z.strictObject({
  lane: z
    .string()
    .regex(LANE_NAME, { error: "must be 1 to 24 of the characters a-z, 0-9 and -" })
    .optional()
    .meta({ description: "One lane; without it the caller's first." }),
});

/** Where a stream goes on. */
export const lastEventIdSchema = z.object({
  "last-event-id": z
    .string()
    .max(64)
    .optional()
    .meta({ description: "The id of the last event that came; clients send it by themselves." }),
});
