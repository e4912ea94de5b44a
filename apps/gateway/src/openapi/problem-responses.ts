import type { Call } from "../calls/call.ts";
import { upstreamError } from "../drop-in/envelope.ts";
import { isPassing, type ProblemCode, PROBLEMS, problemBody } from "../problem.ts";
import { upstreamErrorSchema } from "../schemas/drop-in-schema.ts";
import { problemSchema } from "../schemas/problem-schema.ts";
import type { JsonSchema, SchemaBook } from "./json-schema.ts";

const ERRORS = [
  {
    pointer: "/input/image_urls",
    code: "too_many",
    message: "reference takes 1 to 3 images, got 4",
  },
] as const;
const QUERY_ERRORS = [
  { in: "query", pointer: "/limit", code: "out_of_range", message: "must be at most 100, got 500" },
] as const;

/** @returns a response for each status, which names the codes that the call may answer with. */
export function problemResponses(
  problems: readonly ProblemCode[],
  form: Call["form"],
  book: SchemaBook,
): (readonly [number, JsonSchema])[] {
  const statuses = [...new Set(problems.map((code) => PROBLEMS[code].status))];
  return statuses.map((status) => {
    const codes = problems.filter((code) => PROBLEMS[code].status === status);
    const isAbout = codes.some((code) => LOCATED.has(code));
    return [
      status,
      {
        description: codes.map((code) => PROBLEMS[code].title).join(", or: "),
        headers: {
          "X-Request-Id": { $ref: "#/components/headers/RequestId" },
          ...(codes.some(isPassing)
            ? { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }
            : {}),
          ...(isAbout ? { Location: { $ref: "#/components/headers/Location" } } : {}),
        },
        content: contentOf(status, codes, form, book),
      },
    ] as const;
  });
}

/** What cannot be read is refused before its path is known: in the form of all other calls. */
function contentOf(
  status: number,
  codes: readonly ProblemCode[],
  form: Call["form"],
  book: SchemaBook,
): JsonSchema {
  const asProblem = codes.filter((code) => form === undefined || code === "malformed_request");
  const others = codes.filter((code) => !asProblem.includes(code));
  return {
    ...(others.length === 0 ? {} : upstreamContent(status, others, book)),
    ...(asProblem.length === 0 ? {} : problemContent(asProblem, book)),
  };
}

function problemContent(codes: readonly ProblemCode[], book: SchemaBook): JsonSchema {
  const examples = codes.map((code) => [code, { value: exampleOf(code) }] as const);
  return {
    "application/problem+json": {
      schema: {
        allOf: [book.of(problemSchema), { type: "object", properties: { code: { enum: codes } } }],
      },
      examples: Object.fromEntries(examples),
    },
  };
}

function upstreamContent(
  status: number,
  codes: readonly ProblemCode[],
  book: SchemaBook,
): JsonSchema {
  const examples = codes.map((code) => [
    code,
    { value: upstreamError(exampleOf(code) as Parameters<typeof upstreamError>[0]) },
  ]);
  return {
    "application/json": {
      schema: {
        allOf: [
          book.of(upstreamErrorSchema),
          { type: "object", properties: { code: { const: status } } },
        ],
      },
      examples: Object.fromEntries(examples) as JsonSchema,
    },
  };
}

/** These name a generation in `Location`. */
const LOCATED: ReadonlySet<ProblemCode> = new Set([
  "idempotency_key_reused",
  "idempotency_key_in_use",
  "storage_unknown",
]);

function exampleOf(code: ProblemCode): unknown {
  if (code !== "invalid_request") return problemBody(code);
  return problemBody(code, { errors: [...ERRORS, ...QUERY_ERRORS] });
}
