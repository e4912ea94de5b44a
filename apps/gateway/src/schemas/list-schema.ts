import {
  enqueueOptionsSchema,
  MAX_MODEL_CHARACTERS,
  STATUSES,
  TENANT_NAME,
} from "@apidot-queue/core";
import { LIST_LIMITS } from "@apidot-queue/producer";
import { z } from "zod";

import { recordSchema } from "./record-schema.ts";

const { lane, userId } = enqueueOptionsSchema.shape;

/** The query of a list, once its texts are read: `status` may be repeated or hold commas. */
export const listQuerySchema = z.strictObject({
  status: z
    .array(z.enum(STATUSES))
    .optional()
    .meta({ description: "Any of these, repeated or separated by commas; all when it is absent." }),
  user_id: userId.meta({ description: "Only generations that were enqueued for this user." }),
  tenant: z
    .string()
    .regex(TENANT_NAME, { error: "must be 1 to 48 letters, digits, dots, - or _" })
    .optional()
    .meta({ description: "Only generations of this tenant; another one's are for admin." }),
  model: z
    .string()
    .min(1, { error: "must not be empty" })
    .max(MAX_MODEL_CHARACTERS)
    .optional()
    .meta({ description: "Only generations of this model." }),
  lane: lane.meta({ description: "Only generations of this lane." }),
  limit: z
    .int()
    .min(LIST_LIMITS.min)
    .max(LIST_LIMITS.max)
    .optional()
    .meta({ default: LIST_LIMITS.default, description: "Records on a page, at most." }),
  cursor: z.string().optional().meta({
    description: "The next_cursor of the page before, with the same filters beside it.",
  }),
});

/** @see listQuerySchema */
export type ListParameters = z.infer<typeof listQuerySchema>;

/** One page of a list. */
export const pageSchema = z
  .object({
    data: z.array(recordSchema).meta({
      description: "Newest first. May be short, or empty, although more follow.",
    }),
    next_cursor: z.string().nullable().meta({
      description: "For the next page; null, and nothing else, means that there is none.",
    }),
  })
  .meta({ id: "GenerationPage" });
