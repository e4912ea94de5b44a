import {
  type FieldError,
  isLaneName,
  parseGenerationId,
  validateEnqueue,
} from "@apidot-queue/core";
import {
  type GenerationRecord,
  MAX_IDEMPOTENCY_KEY_CHARACTERS,
  type Producer,
} from "@apidot-queue/producer";
import { Hono } from "hono";

import type { GatewayEnv } from "./gateway-env.ts";
import { readJsonBody, readOptionalJsonBody } from "./json-body.ts";
import { problem } from "./problem.ts";
import { recordJson } from "./record-json.ts";

/** What the routes need. */
export interface GenerationRoutesOptions {
  readonly producer: Producer;
  readonly allowUnknownModels: boolean;
  /** The lanes that somebody works; a request for another one would wait for ever. */
  readonly lanes: readonly string[];
}

/** `/v1/generations`: enqueue, read, cancel. */
export function generationRoutes(options: GenerationRoutesOptions): Hono<GatewayEnv> {
  const { producer, allowUnknownModels, lanes } = options;
  const routes = new Hono<GatewayEnv>();

  routes.post("/", async (c) => {
    const idempotencyKey = c.req.header("idempotency-key");
    if (idempotencyKey !== undefined && !isUsableKey(idempotencyKey)) {
      const detail = `It must have 1 to ${MAX_IDEMPOTENCY_KEY_CHARACTERS} characters.`;
      return problem("invalid_idempotency_key", { detail });
    }
    const body = await readJsonBody(c.req.raw);
    if (!body.ok) return body.response;
    const valid = validateEnqueue(body.value, { allowUnknownModels });
    const errors = [...(valid.ok ? [] : valid.errors), ...checkLane(body.value, lanes)];
    if (!valid.ok || errors.length > 0) return problem("invalid_request", { errors });
    // Typed requests are a service to callers in TypeScript; this one was checked just now.
    const request = valid.request as Parameters<Producer["enqueue"]>[0];
    const record = await producer.enqueue(request, { ...valid.options, idempotencyKey });
    c.set("generationId", record.id);
    c.header("location", `/v1/generations/${record.id}`);
    return c.json(recordJson(record), 202);
  });

  const withId = async (
    id: string,
    ask: (id: string) => Promise<GenerationRecord>,
  ): Promise<GenerationRecord | null> => (parseGenerationId(id) === null ? null : ask(id));

  routes.get("/:id", async (c) => {
    const record = await withId(c.req.param("id"), (id) => producer.get(id));
    if (record === null) return problem("not_found");
    c.set("generationId", record.id);
    return c.json(recordJson(record));
  });

  routes.post("/:id/cancel", async (c) => {
    // It takes none, but one that comes must be JSON: no form of a web page gets through.
    const body = await readOptionalJsonBody(c.req.raw);
    if (!body.ok) return body.response;
    const record = await withId(c.req.param("id"), (id) => producer.cancel(id));
    if (record === null) return problem("not_found");
    c.set("generationId", record.id);
    return c.json(recordJson(record));
  });

  return routes;
}

function isUsableKey(key: string): boolean {
  return key.length >= 1 && key.length <= MAX_IDEMPOTENCY_KEY_CHARACTERS;
}

function checkLane(body: unknown, lanes: readonly string[]): FieldError[] {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, "lane")) return [];
  const { lane } = body as { lane: unknown };
  // A lane that is no lane name at all is named by the validation already.
  if (typeof lane !== "string" || !isLaneName(lane) || lanes.includes(lane)) return [];
  return [
    { pointer: "/lane", code: "invalid_value", message: `must be one of: ${lanes.join(", ")}` },
  ];
}
