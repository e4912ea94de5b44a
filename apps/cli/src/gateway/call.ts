import { readRetryAfter } from "@apidot-queue/core";

/** One call of the gateway. */
export interface Call {
  readonly method: "GET" | "POST";
  /** Begins with a slash; everything in it is encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Asks for words instead of JSON. @defaultValue false */
  readonly asText?: boolean;
}

/** What one call came to. */
export type CallOutcome =
  /** A whole answer; `body` is undefined when it is no JSON. */
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: unknown;
      /** As it came; only where words were asked for. */
      readonly text?: string;
      readonly location: string | null;
      readonly retryAfterMs: number | null;
    }
  /** No byte of it left: the gateway cannot have done anything. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** It may have arrived, and no whole answer came. */
  | { readonly kind: "lost"; readonly reason: string }
  /** The caller's signal ended it; it may have arrived. */
  | { readonly kind: "aborted" };

/** Where and how calls are made. */
export interface CallOptions {
  readonly url: string;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  /** The gateway answers within 6 s even without its Redis. @defaultValue 15,000 */
  readonly timeoutMs?: number;
  /** Milliseconds since the epoch, for a `Retry-After` that is a date. */
  readonly time: () => number;
}

const TIMEOUT_MS = 15_000;

/**
 * Calls once. A redirect is not followed: the token is for this address alone, and a gateway sends
 * none.
 */
export async function callGateway(options: CallOptions, call: Call): Promise<CallOutcome> {
  const { url, token, fetch, timeoutMs = TIMEOUT_MS, time } = options;
  const { asText = false } = call;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const answer = await fetch(`${url}${call.path}`, {
      method: call.method,
      redirect: "manual",
      signal,
      headers: {
        accept: `${asText ? "text/plain" : "application/json"}, application/problem+json`,
        "user-agent": "apidot-queue-cli",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await answer.text();
    return {
      kind: "answered",
      status: answer.status,
      body: parsed(text),
      ...(asText ? { text } : {}),
      location: answer.headers.get("location"),
      retryAfterMs: readRetryAfter(answer.headers.get("retry-after"), time()),
    };
  } catch (error) {
    if (call.signal?.aborted === true) return { kind: "aborted" };
    if (timeout.aborted) return { kind: "lost", reason: `no answer within ${timeoutMs / 1_000} s` };
    return failureOf(error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** These come before the request's first byte: names, connections and certificates. */
const BEFORE_SENDING = new Set([
  "EACCES",
  "EADDRNOTAVAIL",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** `fetch` tells the reason in the cause of its error; one without a code is not guessed about. */
function failureOf(error: unknown): CallOutcome {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  if (typeof code === "string") {
    return { kind: BEFORE_SENDING.has(code) ? "not_sent" : "lost", reason: code };
  }
  // Ports that the fetch standard keeps from being called.
  const isBadPort = cause instanceof Error && cause.message === "bad port";
  if (isBadPort) return { kind: "not_sent", reason: "a port that fetch does not call" };
  return { kind: "lost", reason: "the connection broke" };
}
