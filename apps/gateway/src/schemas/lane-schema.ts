import { HALT_REASONS, LANE_NAME } from "@apidot-queue/core";
import type { LaneRecord } from "@apidot-queue/producer";
import { z } from "zod";

const timeOrNull = z.iso.datetime().nullable();
const count = z.int().min(0);

/** A lane on the wire. New members may join; none goes. */
export const laneSchema = z
  .object({
    lane: z.string().regex(LANE_NAME),
    state: z.enum(["open", "halted"]),
    reason: z.enum(HALT_REASONS).nullable().meta({ description: "Why it is halted." }),
    since: timeOrNull.meta({ description: "Since when it is halted." }),
    note: z.string().nullable().meta({ description: "What the person said who halted it." }),
    what_to_do: z.string().nullable().meta({ description: "For people; it may change." }),
    next_probe_at: timeOrNull.meta({
      description: "Not before this one generation finds out whether credits are back.",
    }),
    halted_ms: count.meta({ description: "For how long it was halted in all." }),
    polls_refused_since: timeOrNull.meta({
      description: "Since when status calls are refused; deadlines stand still.",
    }),
    pace: z.number().min(0).nullable().meta({
      description: "Submits per second that the upstream bears; null before it answered 429.",
    }),
    paused_until: timeOrNull.meta({ description: "Nothing begins before: the upstream said so." }),
    outage_probe_at: timeOrNull.meta({
      description: "When one submit finds out whether the outage is over; null without one.",
    }),
    counts: z.object({
      queued: count,
      submitting: count,
      unconfirmed: count,
      held: count,
      running: count,
    }),
    redrivable: count.meta({ description: "What failed for key or credits and can be redriven." }),
    unserved: z.boolean().meta({
      description: "Work waits, and no worker for it has been seen for a minute.",
    }),
    submit_worker_seen_at: timeOrNull,
    status_worker_seen_at: timeOrNull,
    base_url: z.string().nullable().meta({ description: "Where its workers send their calls." }),
    other_base_url: z.string().nullable().meta({
      description: "Another one, with which a worker came while work was open.",
    }),
  })
  .meta({ id: "Lane" });

/** @see laneSchema */
export type LaneJson = z.infer<typeof laneSchema>;

/** Every lane. */
export const lanesSchema = z.object({ data: z.array(laneSchema) }).meta({ id: "Lanes" });

/** What a resume came to. */
export const resumedSchema = z
  .object({
    redriven: count.meta({ description: "Generations that this call queued again." }),
    cursor: z.string().nullable().meta({
      description: "More are left: repeat the call with it. Null when all are done.",
    }),
    lane: laneSchema,
  })
  .meta({ id: "Resumed" });

/** @see resumedSchema */
export type ResumedJson = z.infer<typeof resumedSchema>;

/** The lane on the wire: snake_case, times ISO 8601 UTC, the keys in this order. */
export function laneJson(record: LaneRecord): LaneJson {
  const { halt } = record;
  return {
    lane: record.lane,
    state: halt === null ? "open" : "halted",
    reason: halt?.reason ?? null,
    since: iso(halt?.since ?? null),
    note: halt?.words ?? null,
    what_to_do: record.advice,
    next_probe_at: iso(halt?.nextProbeAt ?? null),
    halted_ms: record.haltedMs,
    polls_refused_since: iso(record.pollsRefusedSince),
    pace: record.pace === null ? null : Math.round(record.pace * 100) / 100,
    paused_until: iso(record.pausedUntil),
    outage_probe_at: iso(record.outageProbeAt),
    counts: record.counts,
    redrivable: record.redrivableCount,
    unserved: record.isUnserved,
    submit_worker_seen_at: iso(record.submitWorkerSeenAt),
    status_worker_seen_at: iso(record.statusWorkerSeenAt),
    base_url: record.baseUrl,
    other_base_url: record.otherBaseUrl,
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
