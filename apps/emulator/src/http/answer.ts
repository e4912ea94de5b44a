/** The upstream's envelope: `{ code, data }` or `{ code, error }` [doc]. */
export interface Envelope {
  readonly code?: number;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string; readonly type: string };
  /** Where some answers carry the message instead [seen]. */
  readonly message?: string;
}

/** What becomes of an answer on its way out. */
type Delivery = "whole" | "half_then_close" | "reset" | "hang";

/** An answer that has not been sent. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a string as it is. */
  readonly body: Envelope | string;
  /** @defaultValue "whole" */
  readonly delivery?: Delivery;
  /** Counted from the end of `after`. @defaultValue 0 */
  readonly delayMs?: number;
  /** What has to be over before it goes out; it never rejects. @defaultValue nothing */
  readonly after?: Promise<void>;
}

/** A successful answer. */
export function success(data: Readonly<Record<string, unknown>>): Answer {
  return { status: 200, body: { code: 200, data } };
}
