/**
 * What one submit came to, decided by how far it got and what was answered, never by an error
 * code of the network layer alone. Exactly one of these is reported per attempt.
 */
export type SubmitOutcome =
  /** A complete, valid answer with a task id. `flagged`: an error code stood beside the id. */
  | { readonly kind: "accepted"; readonly taskId: string; readonly flagged: boolean }
  /** No byte left. `detail` is a short constant such as `connect_refused`. */
  | { readonly kind: "not_sent"; readonly detail: string }
  /** Refused for now: 429. */
  | {
      readonly kind: "throttled";
      readonly httpStatus: number;
      readonly retryAfterMs: number | null;
    }
  /** Refused for now: 5xx with the API's own error object. */
  | {
      readonly kind: "unavailable";
      readonly httpStatus: number;
      readonly retryAfterMs: number | null;
    }
  /** Refused for good: 400, 413, 422. */
  | { readonly kind: "rejected"; readonly httpStatus: number; readonly message: string }
  /** The account's trouble, not the request's: 401, 403 or 402. */
  | {
      readonly kind: "denied";
      readonly code: "authentication_error" | "insufficient_credits";
      readonly httpStatus: number;
      readonly message: string;
    }
  /** 404, 405, 410, 415 or any redirect: not the API that we know. */
  | { readonly kind: "misconfigured"; readonly httpStatus: number }
  /** Sent, and no complete, valid answer: it may have been accepted and charged. */
  | { readonly kind: "ambiguous"; readonly detail: string };
