import { subscribe } from "node:diagnostics_channel";

/**
 * Whether the header of one request was handed to its socket: the line between "nothing was sent"
 * and "it may have been accepted". No error code tells the two apart: a reset is seen on both sides.
 */
export interface SendMark {
  /** True from just before the first byte is written; never false again. */
  readonly isSent: boolean;
}

interface Mark {
  isBound: boolean;
  isSent: boolean;
}

/**
 * The mark whose request is being started. An AsyncLocalStorage would do as well, and would cost
 * every promise of the process a hook: undici makes the request within the call that starts it.
 */
let current: Mark | null = null;
const marks = new WeakMap<object, Mark>();

/**
 * Runs `dispatch`, which makes exactly one request before it returns, and follows that request: the
 * dispatcher must be one that does not put it off, as a busy pool does. Correct for any number of
 * requests at once: the request is bound to its mark when it is made and known by identity from then
 * on.
 */
export function markSend(dispatch: (mark: SendMark) => void): void {
  const mark: Mark = { isBound: false, isSent: false };
  const outer = current;
  current = mark;
  try {
    dispatch(mark);
  } finally {
    current = outer;
  }
}

// Once per process, however many clients there are: a module is evaluated once.
subscribe("undici:request:create", (message) => {
  const mark = current;
  if (mark === null || mark.isBound) return;
  const request = requestOf(message);
  if (request === null) return;
  mark.isBound = true;
  marks.set(request, mark);
});

subscribe("undici:client:sendHeaders", (message) => {
  const request = requestOf(message);
  const mark = request === null ? undefined : marks.get(request);
  if (mark !== undefined) mark.isSent = true;
});

function requestOf(message: unknown): object | null {
  if (typeof message !== "object" || message === null || !("request" in message)) return null;
  const { request } = message;
  return typeof request === "object" ? request : null;
}
