import type { Answer, Envelope } from "./answer.ts";

/** `error.type` by code: 400 [doc, its example], 401, 402 and 429 [doc], the others [?]. */
const TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "insufficient_credits",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  429: "rate_limited",
};

const MESSAGES: Readonly<Record<number, string>> = {
  400: "invalid request",
  401: "invalid API key",
  402: "insufficient credits",
  403: "not allowed",
  404: "not found",
  405: "method not allowed",
  408: "request timeout",
  409: "conflict",
  413: "request body too large",
  422: "unprocessable request",
  429: "rate limit exceeded",
  500: "internal error",
  502: "bad gateway",
  503: "service unavailable",
  504: "gateway timeout",
};

/** How an error is worded, where it differs from the usual. */
export interface ErrorWording {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly top_level_message?: boolean | undefined;
}

/** The envelope of an error. */
export function errorEnvelope(code: number, wording: ErrorWording = {}): Envelope {
  const message = wording.message ?? MESSAGES[code] ?? "error";
  if (wording.top_level_message === true) return { code, message };
  const type = wording.type ?? TYPES[code] ?? (code >= 500 ? "server_error" : TYPES[400]);
  return { code, error: { message, type: type ?? "error" } };
}

/** An API-shaped error; its HTTP status equals the code of its body [doc]. */
export function apiError(code: number, message?: string): Answer {
  return { status: code, body: errorEnvelope(code, { message }) };
}
