import { z } from "zod";

import { recordSchema } from "./record-schema.ts";

const mayBePaid = z.int().min(0).meta({
  description: "Submits that may have been paid by then; sending it again may add one.",
});
const warning = z.string().nullable().meta({
  description: "Says so in words, when something that may have been paid is sent again.",
});

/** What a decision about one generation came to. */
export const resolvedSchema = z
  .object({ generation: recordSchema, may_be_paid: mayBePaid, warning })
  .meta({ id: "Resolved" });

/** @see resolvedSchema */
export type ResolvedJson = z.infer<typeof resolvedSchema>;

/** What a decision about all that a lane holds came to. */
export const laneResolvedSchema = z
  .object({
    resolved: z.int().min(0).meta({ description: "Generations that were decided on." }),
    remaining: z.int().min(0).meta({ description: "Generations that are held now." }),
    may_be_paid: mayBePaid,
    warning,
  })
  .meta({ id: "LaneResolved" });

/** @see laneResolvedSchema */
export type LaneResolvedJson = z.infer<typeof laneResolvedSchema>;

/** @returns the warning of a resubmit; null where nothing can have been paid. */
export function paidWarning(action: string, mayBePaidCount: number): string | null {
  if (action !== "resubmit" || mayBePaidCount === 0) return null;
  const submits = mayBePaidCount === 1 ? "One submit" : `${mayBePaidCount} submits`;
  return `${submits} may have been paid already; it was sent again all the same.`;
}
