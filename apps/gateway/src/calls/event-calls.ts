import { z } from "zod";

import { laneEventsQuerySchema, lastEventIdSchema } from "../schemas/event-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL } from "./common-problems.ts";

/** Calls that answer with server-sent events. */
export const EVENT_CALLS = [
  {
    id: "followGeneration",
    method: "get",
    path: "/v1/generations/{id}/events",
    access: "read",
    tag: "generations",
    summary: "Follow a generation",
    description:
      "Server-sent events. Each event generation is the whole record: as it is now, after each change, and at its end, behind which the stream closes. Changes that come quicker than they are read are one. A heartbeat comes every 15 s. A client that asks again for one whose end it was told gets a 204, which stops it.",
    query: z.strictObject({}),
    headers: lastEventIdSchema,
    answers: [
      { status: 200, description: "The events.", contentType: "text/event-stream" },
      { status: 204, description: "The client was told its end.", contentType: null },
    ],
    problems: [...ANY_CALL, "invalid_request", "not_found", "too_many_streams", "unavailable"],
  },
  {
    id: "followLane",
    method: "get",
    path: "/v1/events",
    access: "read",
    tag: "generations",
    summary: "Follow all generations of a lane",
    description:
      "Server-sent events. ready comes first; each event change has id, status, version, cause and at of one generation, in the order in which they happened, none left out and none twice. With Last-Event-ID the stream goes on behind that event. About the last 10,000 are kept: where those between are gone, an event reset says so, and the list tells how things stand. A heartbeat comes every 15 s.",
    query: laneEventsQuerySchema,
    headers: lastEventIdSchema,
    answers: [{ status: 200, description: "The events.", contentType: "text/event-stream" }],
    problems: [...ANY_CALL, "invalid_request", "forbidden_lane", "too_many_streams", "unavailable"],
  },
] as const satisfies readonly Call[];
