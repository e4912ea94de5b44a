import { readRetryAfter } from "../retry/retry-after.ts";
import { type Envelope, isSuccessCode, isTwoHundred, parseEnvelope, statusOf } from "./envelope.ts";
import type { Exchange } from "./exchange.ts";
import type { SubmitOutcome } from "./submit-outcome.ts";
import { readTask } from "./task.ts";

type Answered = Extract<Exchange, { phase: "answered" }>;

/**
 * Reads the outcome of a submit, by how far the exchange got and then by the table of the protocol;
 * the order of the rules matters and is theirs:
 *
 * 1. nothing left: `not_sent`; sent and no complete answer: `ambiguous`
 * 2. a task id: `accepted`, whatever stands beside it: the id is what costs money; flagged unless
 *    the answer was a plain success
 * 3. a body code from 400 on under a 2xx counts as that status, and as the API's own word
 * 4. a success without a task id, a body that is no JSON, an unknown code: `ambiguous`
 * 5. the statuses of the table; of a 4xx the status alone decides, since gateways word theirs as
 *    pages (413, 429) and none of these was processed
 * 6. 5xx: `unavailable` only as the API's own error, else `ambiguous`, as is all that is not listed
 *
 * Total: never throws, whatever the body.
 *
 * @param now - milliseconds since the epoch, for a Retry-After that is a date
 */
export function readSubmit(exchange: Exchange, now: number): SubmitOutcome {
  if (exchange.phase === "not_sent") return { kind: "not_sent", detail: exchange.detail };
  if (exchange.phase === "sent") return { kind: "ambiguous", detail: exchange.detail };
  return readAnswer(exchange, parseEnvelope(exchange.body), now);
}

function readAnswer(answer: Answered, envelope: Envelope | null, now: number): SubmitOutcome {
  const taskId = envelope === null ? null : readTask(envelope.payload)?.taskId;
  if (taskId != null)
    return { kind: "accepted", taskId, flagged: !isPlainSuccess(answer, envelope) };

  const httpStatus = statusOf(answer.httpStatus, envelope);
  if (isTwoHundred(httpStatus)) return { kind: "ambiguous", detail: lackOf(envelope) };
  if (httpStatus >= 300 && httpStatus <= 399) return { kind: "misconfigured", httpStatus };
  if (httpStatus >= 500 && httpStatus <= 599) {
    const isOwnWord = envelope?.isApiError === true || isTwoHundred(answer.httpStatus);
    if (!isOwnWord) return { kind: "ambiguous", detail: "foreign_5xx" };
    const retryAfterMs = readRetryAfter(answer.retryAfter, now);
    return { kind: "unavailable", httpStatus, retryAfterMs };
  }
  const message = envelope?.message ?? `HTTP ${httpStatus} without a message`;
  switch (httpStatus) {
    case 400:
    case 413:
    case 422:
      return { kind: "rejected", httpStatus, message };
    case 401:
    case 403:
      return { kind: "denied", code: "authentication_error", httpStatus, message };
    case 402:
      return { kind: "denied", code: "insufficient_credits", httpStatus, message };
    case 404:
    case 405:
    case 410:
    case 415:
      return { kind: "misconfigured", httpStatus };
    case 429:
      return {
        kind: "throttled",
        httpStatus,
        retryAfterMs: readRetryAfter(answer.retryAfter, now),
      };
    case 408:
      return { kind: "ambiguous", detail: "http_408" };
    case 409:
      return { kind: "ambiguous", detail: "http_409" };
    default:
      return { kind: "ambiguous", detail: "unlisted_status" };
  }
}

function isPlainSuccess(answer: Answered, envelope: Envelope | null): boolean {
  return isTwoHundred(answer.httpStatus) && isSuccessCode(envelope?.code ?? null);
}

function lackOf(envelope: Envelope | null): string {
  if (envelope === null) return "unparsable_body";
  return isSuccessCode(envelope.code) ? "schema_drift" : "unknown_code";
}
