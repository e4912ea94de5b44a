import { z } from "zod";

/** The answer of `/healthz`. */
export const healthSchema = z
  .object({
    status: z.enum(["ok", "stale"]),
    stale: z.array(z.object({ name: z.string(), age_ms: z.number(), max_age_ms: z.number() })),
  })
  .meta({ id: "Health" });

/** The answer of `/readyz`. */
export const readinessSchema = z
  .object({
    status: z.enum(["ready", "not_ready"]),
    reasons: z.array(z.string()).meta({ description: "Starting, draining, or what is not there." }),
  })
  .meta({ id: "Readiness" });
