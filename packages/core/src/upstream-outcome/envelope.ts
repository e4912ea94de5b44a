import { z } from "zod";

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

const textSchema = z.string().trim().min(1);

const envelopeSchema = z.object({
  code: z.number().nullish(),
  message: textSchema.nullable().catch(null),
  error: z
    .object({ message: textSchema.nullable().catch(null), type: textSchema.nullable().catch(null) })
    .nullable()
    .catch(null),
});

/** A `code` that is no number says as little as none. */
const tolerantSchema = envelopeSchema.extend({ code: envelopeSchema.shape.code.catch(null) });

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
  const frame = tolerantSchema.safeParse(payload);
  if (!frame.success) return null;
  const { error, message } = frame.data;
  return {
    code: frame.data.code ?? null,
    message: error?.message ?? message,
    isApiError: isApiError(payload),
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

function isApiError(payload: unknown): boolean {
  const frame = envelopeSchema.safeParse(payload);
  if (!frame.success) return false;
  const { code, error, message } = frame.data;
  if (code === undefined || code === null) {
    return error !== null && error.message !== null && error.type !== null;
  }
  const isErrorCode = code >= 400 && code <= 599;
  return isErrorCode && (message !== null || error?.message != null || error?.type != null);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a page, or half an answer. The caller says what that means.
    return undefined;
  }
}
