import type { RequestError } from "./request-error.ts";

/** What is said about one kind of refusal, whoever meets it. */
interface ProblemFacts {
  readonly status: 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly title: string;
}

/** Every problem that this gateway answers with. `docs/http.md` lists the same; a test compares. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: "The request is not valid" },
  invalid_json: { status: 400, title: "The body is not JSON" },
  malformed_request: { status: 400, title: "The request cannot be read" },
  unauthorized: { status: 401, title: "A token is needed" },
  lane_key_refused: { status: 401, title: "The upstream refuses the key of the lane" },
  lane_out_of_credits: { status: 402, title: "The upstream has no credits left for the lane" },
  forbidden_scope: { status: 403, title: "The token does not reach that far" },
  forbidden_lane: { status: 403, title: "The token may not use this lane" },
  forbidden_host: { status: 403, title: "The Host is not a local one" },
  forbidden_origin: { status: 403, title: "Web pages may not call this gateway" },
  not_found: { status: 404, title: "There is nothing here" },
  method_not_allowed: { status: 405, title: "The method does not exist here" },
  idempotency_key_in_use: { status: 409, title: "The first request with this key is under way" },
  not_held: { status: 409, title: "The generation is not held" },
  task_taken: { status: 409, title: "The task belongs to another generation" },
  not_retryable: { status: 409, title: "The generation is not to be retried" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body must be application/json" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key belongs to another request" },
  internal: { status: 500, title: "The gateway failed" },
  not_stored: { status: 503, title: "Nothing was stored" },
  storage_unknown: { status: 503, title: "Whether it was stored is not known" },
  too_many_streams: { status: 503, title: "Too many event streams are open" },
  unavailable: { status: 503, title: "Redis does not answer" },
} as const satisfies Record<string, ProblemFacts>;

/** The stable code of a problem. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What one answer adds to the facts of its code. */
export interface ProblemDetails {
  /** One sentence for this case, without any value of the request. */
  readonly detail?: string;
  /** Every mistake; an empty list is left out. */
  readonly errors?: readonly RequestError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a caller should wait before it tries again, seconds. */
const RETRY_AFTER_SECONDS = "1";

/** The members of a problem by RFC 9457, and its code. */
export function problemBody(code: ProblemCode, details: ProblemDetails = {}): object {
  const { status, title } = PROBLEMS[code];
  const { detail, errors = [] } = details;
  return {
    type: `urn:apidot-queue:problem:${code}`,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    code,
    ...(errors.length === 0 ? {} : { errors }),
  };
}

/** Whether trying again in a moment makes sense. */
export function isPassing(code: ProblemCode): boolean {
  return PROBLEMS[code].status === 503 || code === "idempotency_key_in_use";
}

/** An answer by RFC 9457. */
export function problem(code: ProblemCode, details: ProblemDetails = {}): Response {
  const { status } = PROBLEMS[code];
  return new Response(`${JSON.stringify(problemBody(code, details))}\n`, {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      ...(isPassing(code) ? { "retry-after": RETRY_AFTER_SECONDS } : {}),
      ...details.headers,
    },
  });
}
