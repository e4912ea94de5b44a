import { z } from "zod";

/** What the command line reads of a lane; the rest is passed on with `--json`. */
export const laneSchema = z.looseObject({
  lane: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  since: z.string().nullable(),
  note: z.string().nullable(),
  what_to_do: z.string().nullable(),
  counts: z.looseObject({ queued: z.number(), held: z.number(), running: z.number() }),
  redrivable: z.number(),
  unserved: z.boolean(),
});

/** A lane as the gateway tells it; see docs/http.md. */
export type LaneJson = z.infer<typeof laneSchema>;

/** Every lane. */
export const lanesSchema = z.looseObject({ data: z.array(laneSchema) });

/** @see lanesSchema */
export type LanesJson = z.infer<typeof lanesSchema>;

/** What a resume came to. */
export const resumedSchema = z.looseObject({
  redriven: z.number(),
  cursor: z.string().nullable(),
  lane: laneSchema,
});

/** @see resumedSchema */
export type ResumedJson = z.infer<typeof resumedSchema>;
