import type { MiddlewareHandler } from "hono";

import type { RequestError } from "../request-error.ts";

/** An error in the upstream's words [doc]. */
export interface UpstreamError {
  /** The HTTP status once more. */
  readonly code: number;
  readonly error: { readonly message: string; readonly type: string };
}

/** What of a problem an error is made of. */
interface ProblemBody {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly RequestError[];
}

/** `error.type` by status: the documented ones, and their like for what is not documented [?]. */
const TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "insufficient_credits",
  403: "permission_error",
  404: "not_found_error",
};

/** Where the upstream's own contract is spoken. */
export const DROP_IN_PATHS = "/api/*";

/** @returns a problem as the upstream would tell it. */
export function upstreamError({ status, title, detail, errors = [] }: ProblemBody): UpstreamError {
  const wrong = errors.map((error) => `${nameOf(error)}${error.message}`);
  const words = wrong.length > 0 ? wrong.join("; ") : (detail ?? title).replace(/\.$/, "");
  const type = TYPES[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
  return { code: status, error: { message: words, type } };
}

/** Turns the problems of these paths into the upstream's errors, whoever made them. */
export const answerAsUpstream: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.headers.get("content-type")?.startsWith("application/problem+json") !== true) return;
  const body = upstreamError((await c.res.json()) as ProblemBody);
  const headers = new Headers(c.res.headers);
  headers.set("content-type", "application/json");
  // Assigned to, a response gets the headers of the one before as well.
  c.res = undefined;
  c.res = new Response(JSON.stringify(body), { status: body.code, headers });
};

/** `/input/image_urls/0` as `input.image_urls.0: `; nothing for the body itself. */
function nameOf({ in: place, pointer }: RequestError): string {
  const name = pointer.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  if (name === "") return "";
  return place === undefined ? `${name}: ` : `${place} ${name}: `;
}
