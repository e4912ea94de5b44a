import { haltBodySchema, resumeBodySchema } from "@apidot-queue/core";
import { z } from "zod";

import { type LaneJson, laneSchema, lanesSchema, resumedSchema } from "../schemas/lane-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL, ANY_JSON_BODY } from "./common-problems.ts";

const noQuery = z.strictObject({});

const OPEN_LANE: LaneJson = {
  lane: "default",
  state: "open",
  reason: null,
  since: null,
  note: null,
  what_to_do: null,
  next_probe_at: null,
  halted_ms: 0,
  polls_refused_since: null,
  pace: null,
  paused_until: null,
  outage_probe_at: null,
  counts: { queued: 12, submitting: 3, unconfirmed: 0, held: 0, running: 41 },
  redrivable: 0,
  unserved: false,
  submit_worker_seen_at: "2026-11-20T09:14:58.203Z",
  status_worker_seen_at: "2026-11-20T09:14:55.871Z",
  base_url: "https://api.apidot.ai",
  other_base_url: null,
};

const WITHOUT_CREDITS: LaneJson = {
  ...OPEN_LANE,
  state: "halted",
  reason: "insufficient_credits",
  since: "2026-11-20T09:12:31.118Z",
  what_to_do:
    "Add credits, then resume the lane; a redrive sends what failed again. With AUTO_RESUME=credits a probe resumes it when credits are back.",
  next_probe_at: "2026-11-20T09:15:31.118Z",
  halted_ms: 149_085,
  counts: { ...OPEN_LANE.counts, queued: 9_484, submitting: 0 },
  redrivable: 16,
};

const HALTED_BY_HAND: LaneJson = {
  ...OPEN_LANE,
  state: "halted",
  reason: "by_hand",
  since: "2026-11-20T09:15:00.000Z",
  note: "the upstream announced maintenance until noon",
  what_to_do: "Resume the lane when the reason is gone.",
};

/** Calls about lanes. */
export const LANE_CALLS = [
  {
    id: "listLanes",
    method: "get",
    path: "/v1/lanes",
    access: "admin",
    tag: "operations",
    summary: "List lanes",
    description:
      "Every lane that ever stored a generation: whether it is open, why not, what to do about it, what is in it, and whether anybody works it.",
    query: noQuery,
    answers: [
      {
        status: 200,
        description: "The lanes, by name.",
        schema: lanesSchema,
        examples: { open: { data: [OPEN_LANE] }, halted: { data: [WITHOUT_CREDITS] } },
      },
    ],
    problems: [...ANY_CALL, "invalid_request", "unavailable"],
  },
  {
    id: "haltLane",
    method: "post",
    path: "/v1/lanes/{lane}/halt",
    access: "admin",
    tag: "operations",
    summary: "Halt a lane",
    description:
      "Nothing more is submitted until it is resumed. Requests are taken as before, what waits keeps its place, what runs is followed to its end. Called again it changes the reason.",
    query: noQuery,
    body: {
      schema: haltBodySchema,
      isRequired: true,
      examples: { maintenance: { reason: HALTED_BY_HAND.note } },
    },
    answers: [
      {
        status: 200,
        description: "It is halted.",
        schema: laneSchema,
        examples: { halted: HALTED_BY_HAND },
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "forbidden_lane",
      "invalid_request",
      "not_found",
      "unavailable",
    ],
  },
  {
    id: "resumeLane",
    method: "post",
    path: "/v1/lanes/{lane}/resume",
    access: "admin",
    tag: "operations",
    summary: "Resume a lane",
    description:
      "Opens it. With redrive everything is queued again first that failed for key or credits, has no task and may not have been paid, however long ago: all of it is done when this answers, up to 10,000; then the answer is 202 with a cursor for the next call, which only redrives: it opens no lane that was halted since. Harmless when repeated.",
    query: noQuery,
    body: {
      schema: resumeBodySchema,
      isRequired: false,
      examples: { nothing: {}, redrive: { redrive: true } },
    },
    answers: [
      {
        status: 200,
        description: "All is done.",
        schema: resumedSchema,
        examples: { redriven: { redriven: 16, cursor: null, lane: OPEN_LANE } },
      },
      {
        status: 202,
        description: "More is left to redrive: repeat the call with the cursor.",
        schema: resumedSchema,
        examples: { more: { redriven: 10_000, cursor: "1795165200000", lane: OPEN_LANE } },
      },
    ],
    problems: [
      ...ANY_CALL,
      ...ANY_JSON_BODY,
      "forbidden_lane",
      "invalid_request",
      "not_found",
      "unavailable",
    ],
  },
] as const satisfies readonly Call[];
