import { readFileSync } from "node:fs";

import type { z } from "zod";

import { accessProblems } from "../access/access.ts";
import type { Call, CallAnswer, Examples } from "../calls/call.ts";
import { type JsonSchema, openSchemaBook, type SchemaBook } from "./json-schema.ts";
import type { ProblemCode } from "../problem.ts";
import { problemResponses } from "./problem-responses.ts";
import { RESPONSE_HEADERS, REQUEST_ID_PARAMETER, TOKEN_SCHEME } from "./shared-parts.ts";

/** An OpenAPI document. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  } & Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** One method of one path. */
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly JsonSchema[];
  readonly requestBody?: JsonSchema;
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly [member: string]: unknown;
}

/**
 * Writes the document of these calls. zod makes the JSON Schemas; what is around them is so little
 * that a builder is shorter than a library, which would also validate each body a second time: the
 * rules in core say more than one pass over a schema can.
 */
export function openApiDocument(calls: readonly Call[]): OpenApiDocument {
  const book = openSchemaBook();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const call of calls) {
    (paths[call.path] ??= {})[call.method] = operation(call, book);
  }
  return {
    openapi: "3.1.0",
    info: { title: "apidot-queue gateway", version: version(), description: DESCRIPTION },
    servers: [{ url: "/" }],
    tags: [
      { name: "generations" },
      { name: "catalog" },
      { name: "drop-in" },
      { name: "callbacks" },
      { name: "operations" },
    ],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: book.components(),
      headers: RESPONSE_HEADERS,
      parameters: { RequestId: REQUEST_ID_PARAMETER },
      securitySchemes: { token: TOKEN_SCHEME },
    },
  };
}

const DESCRIPTION =
  "AI video generation on APIDot, queued. Times are ISO 8601 UTC. Errors are application/problem+json by RFC 9457 with a stable code. A path that is not here answers 404 not_found; another method on one that is, 405 method_not_allowed with Allow. Where a GET is, HEAD is too.";

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function operation(call: Call, book: SchemaBook): Operation {
  const { id, tag, summary, description, body } = call;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(call.access === "open" ? { security: [] } : {}),
    "x-access": call.access,
    parameters: [
      ...pathParameters(call.path),
      ...parametersOf("query", call.query, book),
      ...parametersOf("header", call.headers ?? null, book),
      { $ref: "#/components/parameters/RequestId" },
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isRequired,
            content: { "application/json": media(body.schema, body.examples, book) },
          },
        }),
    responses: responses(call, book),
  };
}

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  lane: "The name of a lane.",
  task_id: "The task_id of a submit.",
  message_id: "The id of a notification.",
  token: "What the submit asked the upstream to call.",
};

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: PATH_PARAMETERS[name] ?? "The id of a generation.",
    schema: { type: "string" },
  }));
}

function parametersOf(
  place: "query" | "header",
  schema: z.ZodObject | null,
  book: SchemaBook,
): JsonSchema[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = book.of(field as z.ZodType);
    const isList = rest["type"] === "array";
    return {
      name: place === "header" ? capitalised(name) : name,
      in: place,
      required: false,
      ...(description === undefined ? {} : { description }),
      ...(isList ? { style: "form", explode: false } : {}),
      schema: rest,
    };
  });
}

function capitalised(header: string): string {
  return header.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

function responses(call: Call, book: SchemaBook): Operation["responses"] {
  const answers = call.answers.map((answer) => [answer.status, response(answer, book)] as const);
  return Object.fromEntries([...answers, ...problemResponses(problemsOf(call), call.form, book)]);
}

/** Each once: what the call may be answered, and what its access may be. */
function problemsOf({ problems, access }: Call): readonly ProblemCode[] {
  return [...new Set([...problems, ...accessProblems(access)])];
}

function response(answer: CallAnswer, book: SchemaBook): JsonSchema {
  const { schema, examples = {}, contentType = "application/json" } = answer;
  return {
    description: answer.description,
    headers: {
      "X-Request-Id": { $ref: "#/components/headers/RequestId" },
      ...(answer.hasLocation === true
        ? { Location: { $ref: "#/components/headers/Location" } }
        : {}),
    },
    ...(contentType === null
      ? {}
      : {
          content: {
            [contentType]:
              schema === undefined ? { schema: { type: "string" } } : media(schema, examples, book),
            ...(answer.alsoAsText === true ? { "text/plain": { schema: { type: "string" } } } : {}),
          },
        }),
  };
}

function media(schema: z.ZodType, examples: Examples, book: SchemaBook): JsonSchema {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }] as const);
  return {
    schema: book.of(schema),
    ...(named.length === 0 ? {} : { examples: Object.fromEntries(named) }),
  };
}
