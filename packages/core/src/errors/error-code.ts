/**
 * What a code says to whoever reads it: whether asking again, as a new generation, can help.
 *
 * `retryable` is about the caller's decision, never about our own retries: those follow the
 * transition table. It is `false` when the same request is bound to meet the same answer.
 */
export interface ErrorCodeFacts {
  /** One sentence for people, without any value of the request. */
  readonly meaning: string;
  /** Whether the same request, sent again later by the caller, may succeed. */
  readonly retryable: boolean;
}

/**
 * Every code that a generation can carry, in its `error`, in its history and as a metric label.
 * `docs/errors.md` lists the same codes; a test compares both ways.
 */
export const ERROR_CODES = {
  invalid_request: {
    meaning: "The upstream refused the request as invalid (400, 413, 422).",
    retryable: false,
  },
  authentication_error: {
    meaning: "The upstream refused the API key (401, 403).",
    retryable: false,
  },
  insufficient_credits: {
    meaning: "The prepaid balance does not cover the request (402).",
    retryable: false,
  },
  rate_limited: {
    meaning: "The upstream asked for a slower pace (429).",
    retryable: true,
  },
  upstream_unavailable: {
    meaning:
      "The upstream's API answered that it cannot serve now (5xx with its own error object).",
    retryable: true,
  },
  upstream_misconfigured: {
    meaning: "The address does not answer like the API (404, 405, 410, 415 or a redirect).",
    retryable: true,
  },
  not_sent: {
    meaning: "No byte of the submit left: refused, unreachable, or aborted before.",
    retryable: true,
  },
  answer_lost: {
    meaning: "The submit was sent and no complete, valid answer came: it may have been accepted.",
    retryable: true,
  },
  unanswered: {
    meaning: "The process that held the attempt reported no outcome in time.",
    retryable: true,
  },
  unconfirmed: {
    meaning: "Whether an attempt was accepted stayed unknown; a person decides.",
    retryable: true,
  },
  generation_failed: {
    meaning: "The upstream accepted the task and then reported that it failed.",
    retryable: true,
  },
  task_not_found: {
    meaning: "The upstream no longer knows the stored task id.",
    retryable: true,
  },
  status_rejected: {
    meaning:
      "The upstream kept refusing the status call for the stored task id (400, 422, or 401, 403 for it alone).",
    retryable: true,
  },
  timed_out: {
    meaning: "The task did not end within its deadline; the upstream may still finish and bill it.",
    retryable: true,
  },
  expired: {
    meaning: "The generation was not submitted within its submit deadline.",
    retryable: true,
  },
  abandoned: {
    meaning: "A person gave the held generation up.",
    retryable: true,
  },
  poison: {
    meaning: "Attempts of this generation crashed the worker repeatedly.",
    retryable: false,
  },
} as const satisfies Record<string, ErrorCodeFacts>;

/** One of the registered codes. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** @returns whether `value` is a registered code. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_CODES, value);
}
