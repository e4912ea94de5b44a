import { z } from "zod";

import { healthSchema, readinessSchema } from "../schemas/operations-schema.ts";
import type { Call } from "./call.ts";
import { ANY_CALL } from "./common-problems.ts";

/** Calls of those who run the gateway. */
export const OPERATIONS_CALLS = [
  {
    id: "health",
    method: "get",
    path: "/healthz",
    access: "open",
    tag: "operations",
    summary: "Whether the process makes progress",
    query: null,
    answers: [
      {
        status: 200,
        description: "It does.",
        schema: healthSchema,
        examples: { ok: { status: "ok", stale: [] } },
      },
      {
        status: 503,
        description: "A loop has not moved for too long.",
        schema: healthSchema,
        examples: {
          stale: {
            status: "stale",
            stale: [{ name: "polls", age_ms: 31_000, max_age_ms: 30_000 }],
          },
        },
      },
    ],
    problems: ANY_CALL,
  },
  {
    id: "readiness",
    method: "get",
    path: "/readyz",
    access: "open",
    tag: "operations",
    summary: "Whether it serves and Redis answers",
    query: null,
    answers: [
      {
        status: 200,
        description: "It does.",
        schema: readinessSchema,
        examples: { ready: { status: "ready", reasons: [] } },
      },
      {
        status: 503,
        description: "It starts, drains, or lacks something.",
        schema: readinessSchema,
        examples: { away: { status: "not_ready", reasons: ["redis"] } },
      },
    ],
    problems: ANY_CALL,
  },
  {
    id: "metrics",
    method: "get",
    path: "/metrics",
    access: "metrics",
    tag: "operations",
    summary: "Metrics for Prometheus",
    query: null,
    answers: [{ status: 200, description: "Prometheus text.", contentType: "text/plain" }],
    problems: ANY_CALL,
  },
  {
    id: "openApi",
    method: "get",
    path: "/openapi.json",
    access: "open",
    tag: "operations",
    summary: "This document",
    query: null,
    answers: [
      { status: 200, description: "OpenAPI 3.1.", schema: z.looseObject({ openapi: z.string() }) },
    ],
    problems: ANY_CALL,
  },
  {
    id: "docs",
    method: "get",
    path: "/docs",
    access: "open",
    tag: "operations",
    summary: "This document as a page",
    query: null,
    answers: [{ status: 200, description: "HTML, without a script.", contentType: "text/html" }],
    problems: ANY_CALL,
  },
] as const satisfies readonly Call[];
