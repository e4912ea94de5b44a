import { numberOf, recordOf, textOf } from "./tolerant.ts";

/** The frame of every answer: `{ code, data }` or `{ code, error: { message, type } }` [doc]. */
export interface Envelope {
  /** The HTTP-style number in the body, or null when there is none. */
  readonly code: number | null;
  /** The error's message, from either place [doc, seen]; not redacted. */
  readonly message: string | null;
  /** Whether this is the API's own error and not somebody else's. See {@link parseEnvelope}. */
  readonly isApiError: boolean;
  /** The whole parsed body. */
  readonly payload: unknown;
}

/**
 * Reads the frame of a body.
 *
 * The API's own error is told from a gateway's tightly, because only the former proves that a
 * submit under 5xx was refused: a JSON object, whose `code` is absent or a number from 400 to 599,
 * and which has `error: { message, type }` [doc], or a numeric `code` beside either an `error` with
 * one of the two or a top-level `message` [seen]. A bare `{ "message": … }` or `{ "error": "…" }` is
 * what gateways answer for a request that they gave up waiting for.
 *
 * @returns null when the body is not a JSON object
 */
export function parseEnvelope(body: string): Envelope | null {
  const payload = parseJson(body);
  const frame = recordOf(payload);
  if (frame === null) return null;
  const error = recordOf(frame["error"]);
  const own = { message: textOf(error?.["message"]), type: textOf(error?.["type"]) };
  const message = textOf(frame["message"]);
  return {
    // A code that is no number says as little as none.
    code: numberOf(frame["code"]),
    message: own.message ?? message,
    isApiError: isApiError(frame["code"], own, message),
    payload,
  };
}

/** @returns whether a body `code` means success: 200, 201, 0 [doc, seen], or none at all. */
export function isSuccessCode(code: number | null): boolean {
  return code === null || code === 200 || code === 201 || code === 0;
}

/**
 * The status that an answer counts as: a body code from 400 on under a 2xx is that status [seen],
 * else what HTTP says.
 */
export function statusOf(httpStatus: number, envelope: Envelope | null): number {
  const code = envelope?.code ?? 0;
  return isTwoHundred(httpStatus) && code >= 400 ? code : httpStatus;
}

/** @returns whether the HTTP status is a 2xx. */
export function isTwoHundred(httpStatus: number): boolean {
  return httpStatus >= 200 && httpStatus <= 299;
}

function isApiError(
  code: unknown,
  error: { readonly message: string | null; readonly type: string | null },
  message: string | null,
): boolean {
  if (code === undefined || code === null) return error.message !== null && error.type !== null;
  const number = numberOf(code);
  if (number === null || number < 400 || number > 599) return false;
  return message !== null || error.message !== null || error.type !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a page, or half an answer. The caller says what that means.
    return undefined;
  }
}
